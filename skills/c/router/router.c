/* Names the agent for a legal, a medical or a technical question. */
#include <baton.h>

BATON_SKILL(.description = "Routes legal, medical and technical questions.",
            .targets = BATON_LIST("legal-advisor", "medical-assistant", "tech-support"));

/* The first field in this order wins. */
static const struct {
  const char *const stems[2];
  const char *agent;
} FIELDS[] = {
    {{"legal"}, "legal-advisor"},
    {{"medical"}, "medical-assistant"},
    {{"technical"}, "tech-support"},
};

static bool route_dynamically(const baton_query *query, baton_proposal *proposal) {
  for (size_t i = 0; i < sizeof FIELDS / sizeof *FIELDS; i++)
    if (baton_word_starting(query->text, FIELDS[i].stems).len > 0) {
      proposal->target = baton_s(FIELDS[i].agent);
      return true;
    }
  return false;
}

BATON_HANDOFF(NULL, route_dynamically, .triggers = BATON_LIST("legal", "medical", "technical"),
              .description = "The field that is mentioned names the agent.");
