export function ProposalScreen() {
    return null;
}
