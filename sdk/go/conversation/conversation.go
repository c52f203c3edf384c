// Package conversation is the conversation that the present turn belongs to.
package conversation

import (
	"time"

	"baton.dev/skill"
	contract "baton.dev/skill/internal/contract/baton_skill_conversation"
	"baton.dev/skill/internal/contract/baton_skill_types"
	wit "baton.dev/skill/internal/wit/types"
)

// Message is one message of the conversation.
type Message struct {
	ID   string
	Time time.Time
	// Role is `user`, `agent`, `tool` or `operator`.
	Role, Content string
	// Agent said it, when the role is `agent`.
	Agent     string
	ToolCalls []baton_skill_types.ToolCall
	// Answers is which call this answers, when the role is `tool`.
	Answers string
	// Trust is from 0 to 100.
	Trust uint8
	Extra skill.Pairs
}

// Messages are at most `limit` messages before the one with the id `before` (""
// for the newest), oldest first. At most 100 a call.
func Messages(before string, limit int) ([]Message, error) {
	given, err := skill.Settle(contract.Messages(wit.Of(before), uint32(limit)))
	messages := make([]Message, len(given))
	for i, m := range given {
		messages[i] = Message{
			m.Id, time.UnixMilli(int64(m.Time)), m.Role, m.Content, m.Agent.SomeOr(""),
			m.ToolCalls, m.Answers.SomeOr(""), m.Trust, m.Extra,
		}
	}
	return messages, err
}

// Metadata is a JSON value that a hook noted, or "".
func Metadata(name string) (string, error) {
	value, err := skill.Settle(contract.Metadata(name))
	return value.SomeOr(""), err
}

// SetMetadata notes a value, kept with the turn. Only hooks and tools may.
func SetMetadata(name string, value any) error {
	_, err := skill.Settle(contract.SetMetadata(name, skill.JSON(value)))
	return err
}

// Profile is what the operator's directory knows of the turn's user.
func Profile() (skill.Pairs, error) {
	pairs, err := skill.Settle(contract.Profile())
	return pairs, err
}
