use super::*;

fn money(text: &str) -> Money {
    text.parse().unwrap()
}

fn wrong(text: &str) -> MoneyError {
    text.parse::<Money>().unwrap_err()
}

#[test]
fn an_amount_is_read_as_whole_millionths_and_shown_as_people_write_it() {
    for (text, millionths, shown) in [
        ("0.05 USD", 50_000, "0.05 USD"),
        ("5 USD", 5_000_000, "5.00 USD"),
        ("0.000001 USDC", 1, "0.000001 USDC"),
        ("12.345 EUR", 12_345_000, "12.345 EUR"),
        ("0 EUR", 0, "0.00 EUR"),
        ("1000000000 USD", MAX_MILLIONTHS, "1000000000.00 USD"),
    ] {
        let money = money(text);
        assert_eq!(
            (money.millionths(), money.to_string().as_str()),
            (millionths, shown)
        );
        assert_eq!(money.to_string().parse(), Ok(money));
    }
}

#[test]
fn an_amount_that_overflows_is_refused() {
    for text in [
        "1000000000.000001 USD",
        "9223372036854775807 USD",
        "99999999999999999999999999 USD",
    ] {
        assert!(matches!(wrong(text), MoneyError::Overflow(_)), "{text}");
    }
    let most = money("1000000000 USD");
    assert!(matches!(
        most.plus(money("0.000001 USD")),
        Err(MoneyError::Overflow(_))
    ));
}

#[test]
fn an_amount_that_is_negative_is_refused() {
    for text in ["-1 USD", "-0.05 USD"] {
        assert!(matches!(wrong(text), MoneyError::Negative(_)), "{text}");
    }
    let usd = "USD".parse().unwrap();
    assert!(matches!(Money::new(-1, usd), Err(MoneyError::Negative(_))));
    assert!(matches!(
        Money::new(i64::MIN, usd),
        Err(MoneyError::Negative(_))
    ));
}

#[test]
fn more_than_six_decimals_are_refused_and_not_rounded() {
    assert!(matches!(wrong("0.0000001 USD"), MoneyError::Decimals(_)));
    assert!(matches!(wrong("1.0000000 USD"), MoneyError::Decimals(_)));
}

#[test]
fn whatever_is_no_amount_is_refused() {
    for text in [
        "", "USD", "5", "5USD", ".5 USD", "5. USD", "1e3 USD", "+5 USD", "5,00 USD", "0x5 USD",
        "- USD", "--1 USD", "١ USD",
    ] {
        assert!(
            matches!(wrong(text), MoneyError::Form(_)),
            "{text}: {:?}",
            wrong(text)
        );
    }
    for text in [
        "5 usd",
        "5 US",
        "5 DOLLARSES",
        "5 U$D",
        "5 1USD",
        "5 USD EUR",
    ] {
        assert!(matches!(wrong(text), MoneyError::Currency(_)), "{text}");
    }
}

#[test]
fn currencies_are_never_mixed() {
    let (dollar, euro) = (money("1 USD"), money("1 EUR"));
    assert!(matches!(dollar.plus(euro), Err(MoneyError::Mixed(_, _))));
    assert!(matches!(dollar.less(euro), Err(MoneyError::Mixed(_, _))));
    assert!(matches!(dollar.at_most(euro), Err(MoneyError::Mixed(_, _))));
    assert_eq!(dollar.less(money("3 USD")), Ok(money("0 USD")));
}

#[test]
fn no_text_makes_the_parser_panic() {
    proptest::proptest!(|(text in ".{0,40}")| { let _ = text.parse::<Money>(); });
}
