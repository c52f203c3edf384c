/* Sends investment questions to the finance expert. */
#include <baton.h>

BATON_SKILL(.description = "Sends investment questions to the finance expert.");

static const char *const TERMS[] = {"stock", "investment", "portfolio", "trading", NULL};

static bool needs_finance_expert(const baton_query *query, baton_proposal *proposal) {
  (void)proposal;
  return baton_mentions_any(query->text, TERMS);
}

BATON_HANDOFF("finance-expert", needs_finance_expert, .triggers = TERMS,
              .description = "Stocks, investments, portfolios and trading go to the finance expert.",
              .priority = 100, .timeout_ms = 30000);
