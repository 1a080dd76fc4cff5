package register

import "slices"

// Administered says whether anybody administers the permissions of a system, given the
// cells of its row. Without one, and without one in reserve, nobody can carry out what is
// asked for: a request that names the system cannot be sent.
func Administered(system Cells) bool {
	return len(system.IDs("admins")) > 0 || len(system.IDs("backup_admins")) > 0
}

// Reserved says whether anybody stands in for those who administer a system, given both by
// id: whoever is one of them himself does not.
func Reserved(admins, reserve []string) bool {
	return slices.ContainsFunc(reserve, func(person string) bool { return !slices.Contains(admins, person) })
}
