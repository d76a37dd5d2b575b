export function HouseholdsScreen() {
    return null;
}
