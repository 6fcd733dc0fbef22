/* The rules of lint, as the table of the model has them. */
#include "dirgate.h"
#include "model/problem.h"

bool dirgate_lint_rule(size_t index, struct dirgate_lint_rule *rule)
{
	const struct problem_info *info;

	if (index >= PROBLEM_COUNT)
		return false;
	info = problem_info((enum problem_code)index);
	*rule = (struct dirgate_lint_rule){
		.code = info->code,
		.severity = severity_name(info->severity),
		.finds = info->finds,
		.meaning = info->meaning,
		.remedy = info->remedy,
	};
	return true;
}
