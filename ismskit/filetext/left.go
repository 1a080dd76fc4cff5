package filetext

import (
	"maps"
	"slices"
	"strings"
)

// What the body of a file leaves out, or shows otherwise than its program does (Found.Left): whoever
// compares two bodies has to look at that himself.
const (
	LeftHeaders  = "headers"  // headers and footers
	LeftComments = "comments" // comments
	LeftDeleted  = "deleted"  // what tracked changes struck out or moved away
	LeftInserted = "inserted" // what tracked changes put in: it is read as if it were accepted
	LeftHidden   = "hidden"   // what the program hides: it is read like the rest
	LeftContents = "contents" // tables of contents and indexes
)

// LeftKinds are all of them.
func LeftKinds() []string {
	return []string{LeftHeaders, LeftComments, LeftDeleted, LeftInserted, LeftHidden, LeftContents}
}

// leave notes that something is left out of the body.
func (j *job) leave(what string) {
	if j.body == nil {
		return
	}
	if j.body.left == nil {
		j.body.left = map[string]bool{}
	}
	j.body.left[what] = true
}

// leftOut is what was, in order.
func (j *job) leftOut() []string {
	if j.body == nil {
		return nil
	}
	return slices.Sorted(maps.Keys(j.body.left))
}

// leaveParts notes what is left out where one of some parts has words in elements of a name.
func (z *zipFile) leaveParts(what string, parts []string, within, text string) error {
	for _, part := range parts {
		inside, in, words := 0, 0, false
		err := z.walk(part, visitor{
			begin: func(e element) error {
				if e.name == within {
					inside++
				}
				if e.name == text {
					in++
				}
				return nil
			},
			end: func(name string) error {
				if name == within {
					inside--
				}
				if name == text {
					in--
				}
				return nil
			},
			text: func(s string) error {
				words = words || in > 0 && (within == "" || inside > 0) && strings.TrimSpace(s) != ""
				return nil
			},
		})
		if err != nil {
			return err
		}
		if words {
			z.j.leave(what)
		}
	}
	return nil
}
