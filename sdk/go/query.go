package skill

import (
	"slices"
	"strings"
	"time"
	"unicode"

	"baton.dev/skill/internal/contract/baton_skill_types"
)

// Query is the user's message as a condition sees it.
type Query struct {
	Text         string
	Conversation string
	// User is empty for an unknown visitor.
	User string
	// Owner is the agent that owns the conversation at present.
	Owner string
	// Scopes are what the caller was authorized for.
	Scopes []string
	// Turn is the position of this turn in its conversation, from 1.
	Turn uint64
	// Time is when the message came.
	Time  time.Time
	Extra Pairs
}

func queryOf(given baton_skill_types.Query) *Query {
	return &Query{
		Text:         given.Text,
		Conversation: given.Conversation,
		User:         given.User.SomeOr(""),
		Owner:        given.Owner,
		Scopes:       given.Scopes,
		Turn:         given.Turn,
		Time:         time.UnixMilli(int64(given.Time)),
		Extra:        given.Extra,
	}
}

// HasScope is whether the caller was authorized for it.
func (q *Query) HasScope(scope string) bool { return slices.Contains(q.Scopes, scope) }

// Mentions is whether one of the parts occurs anywhere in the text, in any case:
// "bill" is in "Billing".
func (q *Query) Mentions(parts ...string) bool {
	text := strings.ToLower(q.Text)
	return slices.ContainsFunc(parts, func(part string) bool {
		return strings.Contains(text, strings.ToLower(part))
	})
}

// Words is what stands between spaces and punctuation.
func (q *Query) Words() []string {
	return strings.FieldsFunc(q.Text, func(letter rune) bool {
		return !unicode.IsLetter(letter) && !unicode.IsNumber(letter)
	})
}

// WordStarting is the first word that begins with one of the stems, in any case,
// or "": "ship" finds "Shipping", but not "friendship".
func (q *Query) WordStarting(stems ...string) string {
	for _, word := range q.Words() {
		lower := strings.ToLower(word)
		for _, stem := range stems {
			if strings.HasPrefix(lower, strings.ToLower(stem)) {
				return word
			}
		}
	}
	return ""
}
