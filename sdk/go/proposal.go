package skill

import "baton.dev/skill/internal/contract/baton_skill_types"

// Proposal is whom a condition would hand over to, and why.
type Proposal struct{ made baton_skill_types.Proposal }

// To is to this agent, with certainty.
func To(agent string) *Proposal {
	return &Proposal{baton_skill_types.Proposal{Target: agent, Confidence: 1}}
}

// Yes is to the agent that the condition declares, with certainty.
func Yes() *Proposal { return To("") }

// Confidence is how sure the condition is, from 0 to 1.
func (p *Proposal) Confidence(confidence float64) *Proposal {
	p.made.Confidence = confidence
	return p
}

// Reason is another reason than the one declared.
func (p *Proposal) Reason(code string) *Proposal {
	p.made.Reason = code
	return p
}

// Instructions are what the agent is to do beyond the user's message.
func (p *Proposal) Instructions(text string) *Proposal {
	p.made.Instructions = text
	return p
}

// Finding is something that the condition found out, for the agent to build on.
func (p *Proposal) Finding(name string, value any) *Proposal {
	p.made.Findings = append(p.made.Findings, Pair{Name: name, Value: JSON(value)})
	return p
}
