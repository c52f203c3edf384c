package skill

import (
	"baton.dev/skill/internal/contract/baton_skill_types"
	wit "baton.dev/skill/internal/wit/types"
)

// Patch is what a hook adds to a handoff. Nothing that is there is taken away.
// The zero value adds nothing.
type Patch struct{ made baton_skill_types.Patch }

// Fact is something that is so.
func (p *Patch) Fact(fact string) *Patch {
	p.made.Facts = append(p.made.Facts, fact)
	return p
}

// Decision is something that was decided.
func (p *Patch) Decision(decision string) *Patch {
	p.made.Decisions = append(p.made.Decisions, decision)
	return p
}

// Finding is something that was found out.
func (p *Patch) Finding(name string, value any) *Patch {
	p.made.Findings = append(p.made.Findings, Pair{Name: name, Value: JSON(value)})
	return p
}

// Metadata is something about this handoff.
func (p *Patch) Metadata(name string, value any) *Patch {
	p.made.Metadata = append(p.made.Metadata, Pair{Name: name, Value: JSON(value)})
	return p
}

// Instructions are what the target is to do; a second call adds a line.
func (p *Patch) Instructions(text string) *Patch {
	if p.made.Instructions.IsSome() {
		text = p.made.Instructions.Some() + "\n" + text
	}
	p.made.Instructions = wit.Some(text)
	return p
}

// Remember is metadata of the conversation, kept for later turns.
func (p *Patch) Remember(name string, value any) *Patch {
	p.made.Conversation = append(p.made.Conversation, Pair{Name: name, Value: JSON(value)})
	return p
}

// Reply goes in the place of the target's, in the name of the agent who gave it,
// or of the skill for "". Only after a handoff.
func (p *Patch) Reply(agent, reply string) *Patch { return p.replace(agent, reply, false) }

// FallbackReply is a reply for want of one: the target has not answered.
func (p *Patch) FallbackReply(agent, reply string) *Patch { return p.replace(agent, reply, true) }

func (p *Patch) replace(agent, reply string, fallback bool) *Patch {
	p.made.Replace = wit.Some(baton_skill_types.Replacement{
		Reply: reply, Agent: wit.Of(agent), Fallback: fallback,
	})
	return p
}
