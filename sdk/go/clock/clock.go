// Package clock is what time it is. It stands still within a turn, and so does
// time.Now.
package clock

import (
	"time"

	contract "baton.dev/skill/internal/contract/baton_skill_clock"
)

// Now is when the user's message came.
func Now() time.Time { return time.UnixMilli(int64(contract.Now())) }
