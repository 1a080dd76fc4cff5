package ismskit

import "time"

// Actor is who does something. It is passed to every verb and every read; it is
// never hidden in a context.
type Actor struct {
	// Person is the id of the signed-in person in the Directory.
	Person string
	// For is the principal whose task the person does as deputy, or "" for his
	// own. The Kit checks that he may; both names stay on the record.
	For string
	// Assurance says how sure the host is that it is this person, as it is
	// written to the trail: "password", "token", "certificate".
	Assurance string
	// Proved is when the host last saw him show who he is, by Config.Now; zero for not
	// since he signed in. A step with Reauth asks for it, and it is written to the trail
	// of what is decided there.
	Proved time.Time
	// Channel says where the action came from: "web", "api", "go".
	Channel string

	system bool
}

// SystemPerson is the actor written to the trail for what the Kit does by
// itself: opening child cases, closing unanswered ones, chasing.
const SystemPerson = "system"

// System is the actor for a host's own jobs, such as loading a register or
// opening a case from an import. It may do everything and is named as such on
// the trail; never derive it from a request.
func System(channel string) Actor {
	return Actor{Person: SystemPerson, Channel: channel, system: true}
}
