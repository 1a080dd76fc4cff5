package register

// Administered says whether anybody administers the permissions of a system, given the
// cells of its row. Without one, and without one in reserve, nobody can carry out what is
// asked for: a request that names the system cannot be sent.
func Administered(system Cells) bool {
	return len(system.IDs("admins")) > 0 || len(system.IDs("backup_admins")) > 0
}
