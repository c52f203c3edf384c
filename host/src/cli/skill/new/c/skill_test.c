/* Tests that run natively, without a host:
 *
 *   clang -std=c17 -I "SDK_FOLDER" -I "SDK_FOLDER/contract" -I "SDK_FOLDER/native" \
 *     skill.c tests/skill_test.c "SDK_FOLDER/native/native.c" -o /tmp/skill-name && /tmp/skill-name
 */
#include <assert.h>
#include <baton_test.h>

int main(void) {
  baton_patch patch;
  baton_str answer;
  desk_new();
  assert(strcmp(desk_target("I want my money back"), "specialist") == 0);
  assert(!desk_target("When do you open?"));
  assert(desk_before("note-order", "specialist", "A refund for 4711", &patch));
  assert(patch.findings.len == 1 && baton_is(patch.findings.ptr[0].value, "4711"));
  assert(!desk_call("find-order", "{\"text\":\"I forgot.\"}", &answer));
  assert(strcmp(desk_code(), "invalid-arguments") == 0);
}
