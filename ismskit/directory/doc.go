// Package directory answers who somebody is and who has to act: who holds a
// post, heads a unit, has a role, administers a system, and who stands in for
// whom.
//
// The default Directory reads the living lists people, units, posts, roles,
// deputies and externals (package register) and keeps what it read in memory
// until one of them changes. A host with its own people answers the same
// Questions from its own tables.
//
// Everything is asked for a moment. Posts, memberships, people and units carry
// life spans, so "who held this role on 113.5.1" is the same question with
// another moment.
//
// # Deputies
//
// An entry of the list deputies names a principal, deputies in order, limits and
// perhaps a period.
//
//   - A dated entry without limits says that the principal is away in that
//     period: his deputies act, and he is passed over as anybody's deputy.
//   - A dated entry with limits (a module, a form, a step kind, a system) hands
//     over only that; the principal is present.
//   - A dated entry without limits and without deputies says only that he is
//     away; his standing deputies act.
//   - A standing entry (no beginning) names the usual deputies. It is no absence and
//     gives nobody a right while the principal is present; one that has an end gives
//     nobody any after it.
//   - The words in an entry's scope text are for people; they limit nothing.
//   - Being a deputy isn't passed on: whoever stands in for the deputy does so in
//     the deputy's own matters, not in those of the deputy's principal. When the
//     list is used up nobody acts, and the superior appoints (U5).
package directory
