package ismskit

import "context"

// powers are what a Directory may know beside Resolve, with what the office goes
// without where it does not.
var powers = []struct {
	name    string
	has     func(Directory) bool
	without string
}{
	{"Searcher", can[Searcher], "people cannot be looked up in forms"},
	{"Deputising", can[Deputising], "nobody acts for anybody, and the list of deputies takes no entries"},
	{"Memberships", can[Memberships], "nobody sees the cases of his unit, post or systems, and tasks of a pool come only to those named when they opened"},
	{"Roster", can[Roster], "there are no pages of people, units and roles"},
	{"Addresses", can[Addresses], "no mail is sent"},
	{"Bound", can[Bound], "in a joined transaction people are read outside of it"},
}

func can[Power any](d Directory) bool { _, ok := d.(Power); return ok }

// sayPowers tells whoever starts a server what its Directory cannot do: a missing
// method would otherwise only show as fewer rights or mails.
func (k *Kit) sayPowers(ctx context.Context) {
	for _, p := range powers {
		if !p.has(k.directory) {
			k.log.WarnContext(ctx, "the directory does not implement "+p.name, "so", p.without)
		}
	}
}
