export function LatestProposal() {
    return null;
}
