/** The hatch of what is taken away or not done yet: lines at 45 degrees, under a name that a shape fills itself with. */
export function Hatch({ id }: { readonly id: string }) {
    return (
        <defs>
            <pattern id={id} width={5} height={5} patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
                <line className="hatch" x1={0} x2={0} y1={0} y2={5} />
            </pattern>
        </defs>
    );
}
