#include "decide/seats.h"

#include "decide/subject.h"

bool seat_taken(const struct entry *person, instant at)
{
	return person->person->status == STATUS_INVITED || person_active(person, at);
}

node_id seat_plan(const struct snapshot *snapshot, node_id organization, const struct entry *person)
{
	const struct reference *own = &person->person->plan;
	return own->present ? own->node : snapshot_entry(snapshot, organization)->organization->plan.node;
}
