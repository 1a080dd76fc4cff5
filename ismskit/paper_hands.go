package ismskit

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/workflow"
)

// paperHand is a signature for a step, in one's own right or as a deputy.
type paperHand struct {
	who workflow.Signer
	of  *workflow.Signer // the principal, where it is his deputy's
}

// right is in whose right somebody signed.
func (h paperHand) right() workflow.Signer {
	if h.of != nil {
		return *h.of
	}
	return h.who
}

func noon(day calendar.Date, loc *time.Location) time.Time { return day.Start(loc).Add(12 * time.Hour) }

// Hours between which a deputy may have acted on a day of which only the date is known.
const firstHour, lastHour = 7, 19

// hand is the signature of a holder on a day, his own or that of a deputy who acted for
// him at some hour of it; nil where there is none.
func (on *onPaper) hand(ctx context.Context, online caseInHand, of *paperStep, t workflow.Task, h workflow.Signer, day calendar.Date) (*paperHand, error) {
	signed := func(person string) bool {
		return slices.ContainsFunc(on.signers, func(s paperSigner) bool { return s.day == day && s.person.ID == person })
	}
	if signed(h.Person) && !on.forAnother[h.Person] {
		return &paperHand{who: h}, nil
	}
	for hour := firstHour; hour <= lastHour; hour++ {
		d, acts, err := on.k.deputyOf(ctx, online, t, h.Person, day.Start(on.k.location).Add(time.Duration(hour)*time.Hour))
		if err != nil {
			return nil, err
		}
		if !acts || !signed(d.Person) || on.own[d.Person] {
			continue
		}
		if another := on.standsFor[d.Person]; another != "" && another != h.Person {
			continue
		}
		hand := paperHand{who: signerOf(d.Holder), of: &h}
		if on.actedIn(of.step, hand, day) {
			on.standsFor[d.Person] = h.Person
			return &hand, nil
		}
		if !slices.ContainsFunc(of.other, func(o paperHand) bool { return o.who.Person == hand.who.Person && o.of.Person == h.Person }) {
			of.other = append(of.other, hand)
		}
	}
	return nil, nil
}

// rights are who signed in his own right and who as deputies only. Whoever would be both signed in
// his own right, unless all that he signed is for his principal in another step.
func (on *onPaper) rights() (own, forAnother map[string]bool) {
	own, forAnother = map[string]bool{}, map[string]bool{}
	for _, of := range on.steps {
		for _, hand := range of.by {
			if hand.of != nil {
				forAnother[hand.who.Person] = true
			} else if on.besides(of, hand.who.Person) {
				own[hand.who.Person] = true
			}
		}
	}
	maps.DeleteFunc(forAnother, func(person string, _ bool) bool { return own[person] })
	return own, forAnother
}

// besides says whether somebody signed otherwise than as a deputy in other steps than one.
func (on *onPaper) besides(one *paperStep, person string) bool {
	return slices.ContainsFunc(on.signers, func(s paperSigner) bool {
		if s.person.ID != person {
			return false
		}
		for _, of := range on.steps {
			if of != one && slices.ContainsFunc(of.by, func(h paperHand) bool {
				return h.of != nil && h.who.Person == person && signedAs(s.capacity, h.names(of.step)...)
			}) {
				return false
			}
		}
		return true
	})
}

// actedIn says whether a deputy's signature is one for a step: he signs as what the step is
// called, or for his principal by name or title. As anything else, say as an administrator, he
// signed for himself, though he stood in on that day.
func (on *onPaper) actedIn(step workflow.Step, hand paperHand, day calendar.Date) bool {
	return slices.ContainsFunc(on.signers, func(s paperSigner) bool {
		return s.day == day && s.person.ID == hand.who.Person && signedAs(s.capacity, hand.names(step)...)
	})
}

// names are as what a signature for a step is signed: as what the step is called, or by title
// or name of whoever was asked, with his unit or without.
func (h paperHand) names(step workflow.Step) []string {
	of := h.right()
	return append(slices.Collect(maps.Values(step.Name)), of.Name, of.PostTitle, of.PostTitle+of.Name, of.Name+of.PostTitle,
		of.UnitName+of.PostTitle, of.UnitName+of.PostTitle+of.Name)
}

// standingIn is how it is said before or after a title that somebody signs in another's place; the
// longer come first.
var standingIn = []string{"職務代理人", "代理人", "代理", "職代", "暫代", "代", "acting", "deputyfor", "deputy", "forthe", "for"}

// signedAs says whether what somebody signed as is one of some names, as such or in another's
// place: 「代理科長」 and 「科長（職務代理人）」 are 「科長」, 「副科長」 is not. A deputy who signs by
// the title of his own post, where his principal's is called the same, signed for his principal: the
// paper has no more.
func signedAs(capacity string, names ...string) bool {
	plain := func(s string) string {
		return strings.Map(func(r rune) rune {
			if unicode.IsLetter(r) || unicode.IsDigit(r) {
				return unicode.ToLower(r)
			}
			return -1
		}, s)
	}
	as := plain(capacity)
	of := []string{as}
	for _, in := range standingIn {
		if rest, cut := strings.CutPrefix(as, in); cut {
			of = append(of, rest)
		}
		if rest, cut := strings.CutSuffix(as, in); cut {
			of = append(of, rest, strings.TrimSuffix(rest, "之"))
		}
	}
	return slices.ContainsFunc(names, func(name string) bool {
		name = plain(name)
		return name != "" && slices.Contains(of, name)
	})
}
