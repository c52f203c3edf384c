//go:build !wasm

package skilltest

import (
	"fmt"

	"baton.dev/skill"
	"baton.dev/skill/internal/contract/baton_skill_manifest"
	"baton.dev/skill/internal/contract/baton_skill_tools"
	"baton.dev/skill/internal/contract/baton_skill_types"
	"baton.dev/skill/internal/desk"
	wit "baton.dev/skill/internal/wit/types"
)

// Manifest is what the skill says that it is.
func Manifest() baton_skill_manifest.Skill { return desk.Describe() }

// Proposal is what the first condition that holds proposes; nil: none does.
func (d *Desk) Proposal(text string) *baton_skill_types.Proposal {
	present = d
	// As the host does: conditions are asked about what their triggers occur in.
	query := baton_skill_types.Query{Text: text, Owner: "desk", Time: uint64(d.time.UnixMilli())}
	for position, said := range desk.Describe().Handoffs {
		if said.DecidedBy != "condition" {
			if (&skill.Query{Text: text}).Mentions(said.Triggers...) {
				return &baton_skill_types.Proposal{Target: said.Target.SomeOr(""), Confidence: 1}
			}
			continue
		}
		verdict := desk.Evaluate(query, []uint32{uint32(position)})[0]
		if verdict.Tag() == baton_skill_types.Verdict_HandOff {
			proposal := verdict.HandOff()
			return &proposal
		}
	}
	return nil
}

// Target is whom the skill hands a message to, or "".
func (d *Desk) Target(text string) string {
	if proposal := d.Proposal(text); proposal != nil {
		return proposal.Target
	}
	return ""
}

// Handoff is a handoff of the message to a target, for hooks.
func Handoff(target, text string) baton_skill_types.HandoffContext {
	return baton_skill_types.HandoffContext{
		Id: "handoff", Conversation: "conversation", Task: "task", Source: "desk", Target: target,
		Reason: "specialization", OriginalTask: text, Confidence: 1, Trust: 50,
	}
}

// Reply is an outcome: the target has answered this.
func Reply(agent, reply string) baton_skill_types.Outcome {
	return baton_skill_types.Outcome{Success: true, Agent: agent, Reply: reply}
}

// Failure is an outcome: the target has not answered.
func Failure(agent, why string) baton_skill_types.Outcome {
	return baton_skill_types.Outcome{Agent: agent, Error: wit.Some(why)}
}

// Before calls the hook of this name; an error is why it refuses.
func (d *Desk) Before(hook string, handoff baton_skill_types.HandoffContext) (baton_skill_types.Patch, error) {
	present = d
	return settle(desk.Before(position(hook), handoff))
}

// After calls the hook of this name.
func (d *Desk) After(hook string, handoff baton_skill_types.HandoffContext, outcome baton_skill_types.Outcome) (baton_skill_types.Patch, error) {
	present = d
	return settle(desk.After(position(hook), handoff, outcome))
}

// Call calls a tool with these arguments; the answer is JSON.
func (d *Desk) Call(tool string, arguments any) (string, error) {
	present = d
	caller := baton_skill_tools.Caller{
		Kind: "agent", Name: "desk", Conversation: wit.Some("conversation"),
	}
	called := desk.Call(tool, written(arguments), caller)
	if called.Tag() == wit.ResultErr {
		return "", skill.Refuse(called.Err().Code, called.Err().Message)
	}
	return called.Ok(), nil
}

func settle(ran wit.Result[baton_skill_types.Patch, baton_skill_types.Refusal]) (baton_skill_types.Patch, error) {
	if ran.Tag() == wit.ResultErr {
		return ran.Ok(), skill.Refuse(ran.Err().Code, ran.Err().Message)
	}
	return ran.Ok(), nil
}

func position(name string) uint32 {
	for position, hook := range desk.Describe().Hooks {
		if hook.Name == name {
			return uint32(position)
		}
	}
	panic(fmt.Sprintf("the skill has no hook `%s`", name))
}
