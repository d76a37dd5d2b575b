/** How wide a picture is: from its box, so that a pixel of the drawing is a pixel of the screen. */
import { useLayoutEffect, useState, type RefObject } from "react";

export function useWidth(box: RefObject<Element | null>, first: number): number {
    const [width, setWidth] = useState(first);
    useLayoutEffect(() => {
        const element = box.current;
        if (!element) return undefined;
        const measure = () => setWidth(Math.max(1, Math.round(element.getBoundingClientRect().width)));
        measure();
        const observer = new ResizeObserver(measure);
        observer.observe(element);
        return () => observer.disconnect();
    }, [box]);
    return width;
}
