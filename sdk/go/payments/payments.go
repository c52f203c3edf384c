// Package payments is money of the turn's user, who is always the payer.
package payments

import (
	"baton.dev/skill"
	"baton.dev/skill/internal/await"
	contract "baton.dev/skill/internal/contract/baton_skill_payments"
	"baton.dev/skill/internal/contract/baton_skill_types"
	"baton.dev/skill/internal/contract/baton_skill_waiting"
	wit "baton.dev/skill/internal/wit/types"
)

// Money is whole millionths of a unit; currencies are never mixed.
type Money = contract.Money

// Receipt is money that is set aside, or was.
type Receipt = contract.Receipt

type started = wit.Result[*baton_skill_waiting.Pending, baton_skill_types.Error]

// Price is what an answer of the agent costs; nil: nothing.
func Price(agent string) (*Money, error) {
	price, err := skill.Settle(contract.Price(agent))
	if err != nil || !price.IsSome() {
		return nil, err
	}
	money := price.Some()
	return &money, nil
}

// Balance is what the user can spend, in each currency.
func Balance() ([]Money, error) {
	work, err := skill.Settle(contract.StartBalance())
	if err != nil {
		return nil, err
	}
	await.Done(work)
	return skill.Settle(contract.FinishBalance(work))
}

// Charge sets money aside, to be paid when all ends well. The same key (unless
// it is "") with the same amount is the same charge.
func Charge(amount Money, description, key string) (Receipt, error) {
	return finish(contract.StartCharge(amount, description, wit.Of(key)))
}

// Reserve sets money aside that goes back unless Capture is called.
func Reserve(amount Money, description, key string) (Receipt, error) {
	return finish(contract.StartReserve(amount, description, wit.Of(key)))
}

// Capture has so much of it paid, or all for nil.
func Capture(receipt string, amount *Money) (Receipt, error) {
	return finish(contract.StartCapture(receipt, option(amount)))
}

// Release gives it back.
func Release(receipt string) (Receipt, error) { return finish(contract.StartRelease(receipt)) }

// Refund gives back what was paid in an earlier turn: so much, or all for nil.
func Refund(receipt string, amount *Money, key string) (Receipt, error) {
	return finish(contract.StartRefund(receipt, option(amount), wit.Of(key)))
}

func option(amount *Money) wit.Option[Money] {
	if amount == nil {
		return wit.None[Money]()
	}
	return wit.Some(*amount)
}

func finish(answer started) (Receipt, error) {
	work, err := skill.Settle(answer)
	if err != nil {
		return Receipt{}, err
	}
	await.Done(work)
	return skill.Settle(contract.Finish(work))
}
