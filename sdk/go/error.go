package skill

import (
	"slices"

	"baton.dev/skill/internal/contract/baton_skill_types"
	wit "baton.dev/skill/internal/wit/types"
)

// Error is why a capability could not do what it was asked, why a hook refuses a
// handoff, or why a tool has failed.
type Error struct {
	// Code is one of the contract's: of capabilities `not-granted`, `not-found`,
	// `not-allowed`, `invalid`, `limit`, `timeout`, `unavailable` and others; of
	// hooks `unavailable`, `not-allowed`, `payment-required`, `other`; of tools
	// `invalid-arguments`, `not-allowed`, `failed`.
	Code, Message string
}

// Error is the reason in words.
func (e *Error) Error() string { return e.Message }

// The code among those that hooks or tools have, of which the last is for all
// that has none of its own.
func (e *Error) among(codes ...string) string {
	code := e.Code
	if code == "not-granted" {
		code = "not-allowed"
	}
	if slices.Contains(codes, code) {
		return code
	}
	return codes[len(codes)-1]
}

// Refuse says no, with one of the contract's codes.
func Refuse(code, message string) *Error { return &Error{code, message} }

// Settle turns what a capability of the contract answers into what Go expects.
func Settle[T any](answer wit.Result[T, baton_skill_types.Error]) (T, error) {
	if answer.Tag() == wit.ResultErr {
		why := answer.Err()
		return answer.Ok(), &Error{why.Code, why.Message}
	}
	return answer.Ok(), nil
}
