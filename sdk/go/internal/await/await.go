// Package await lets goroutines wait at the same time for work of the host's,
// which halts the whole program whenever it is asked to wait.
package await

import (
	"runtime"

	"baton.dev/skill/internal/contract/baton_skill_waiting"
	wit "baton.dev/skill/internal/wit/types"
)

type waiter struct {
	work *baton_skill_waiting.Pending
	done bool
}

// Those who wait, the first of whom asks the host for all. There are no threads,
// so that nothing needs a lock.
var waiters []*waiter

// Done returns when the work has ended, in success or failure.
func Done(work *baton_skill_waiting.Pending) {
	me := &waiter{work: work}
	waiters = append(waiters, me)
	for !me.done {
		// All others go on first, until they wait or have ended: what they
		// begin is waited for together with this.
		runtime.Gosched()
		if !me.done && waiters[0] == me {
			wait()
		}
	}
}

func wait() {
	works := make([]*baton_skill_waiting.Pending, len(waiters))
	for i, waiter := range waiters {
		works[i] = waiter.work
	}
	for _, i := range baton_skill_waiting.WaitAny(works, wit.None[uint32]()) {
		waiters[i].done = true
	}
	left := waiters[:0]
	for _, waiter := range waiters {
		if !waiter.done {
			left = append(left, waiter)
		}
	}
	waiters = left
}
