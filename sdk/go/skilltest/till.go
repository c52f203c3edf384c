//go:build !wasm

package skilltest

import (
	"fmt"

	"baton.dev/skill/internal/contract/baton_skill_payments"
	wit "baton.dev/skill/internal/wit/types"
)

type (
	money   = baton_skill_payments.Money
	receipt = baton_skill_payments.Receipt
)

func payments() {
	baton_skill_payments.OnPrice = func(agent string) wit.Result[wit.Option[money], failure] {
		return granted("payments", func() wit.Result[wit.Option[money], failure] {
			price, there := present.prices[agent]
			if !there {
				return gives(wit.None[money]())
			}
			return gives(wit.Some(price))
		})
	}
	baton_skill_payments.OnStartBalance = func() wit.Result[work, failure] {
		return begun("payments", func() wit.Result[[]money, failure] { return gives(present.wallet) })
	}
	baton_skill_payments.OnFinishBalance = finish[[]money]
	baton_skill_payments.OnStartCharge = func(amount money, why string, _ wit.Option[string]) wit.Result[work, failure] {
		return takes("charge", amount, why)
	}
	baton_skill_payments.OnStartReserve = func(amount money, why string, _ wit.Option[string]) wit.Result[work, failure] {
		return takes("reserve", amount, why)
	}
	baton_skill_payments.OnStartCapture = func(id string, _ wit.Option[money]) wit.Result[work, failure] {
		return settles("capture", id, "captured")
	}
	baton_skill_payments.OnStartRelease = func(id string) wit.Result[work, failure] {
		return settles("release", id, "released")
	}
	baton_skill_payments.OnStartRefund = func(id string, _ wit.Option[money], _ wit.Option[string]) wit.Result[work, failure] {
		return settles("refund", id, "refunded")
	}
	baton_skill_payments.OnFinish = finish[receipt]
}

func takes(what string, amount money, why string) wit.Result[work, failure] {
	return begun("payments", func() wit.Result[receipt, failure] {
		for i, purse := range present.wallet {
			if purse.Currency == amount.Currency && purse.Millionths >= amount.Millionths {
				present.wallet[i].Millionths -= amount.Millionths
				present.Payments = append(present.Payments, fmt.Sprintf("%s %d %s: %s", what, amount.Millionths, amount.Currency, why))
				return gives(receipt{Id: fmt.Sprintf("receipt-%d", len(present.Payments)), State: "reserved"})
			}
		}
		return fails[receipt]("payment-required", "the wallet has not enough")
	})
}

func settles(what, id, state string) wit.Result[work, failure] {
	return begun("payments", func() wit.Result[receipt, failure] {
		present.Payments = append(present.Payments, what+" "+id)
		return gives(receipt{Id: id, State: state})
	})
}
