"""Call sites to targets, with evidence: the evaluation of a scenario."""
