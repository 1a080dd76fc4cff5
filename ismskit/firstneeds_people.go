package ismskit

import (
	"context"
	"fmt"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/directory"
)

// needPeople is content with one person whose request somebody else decides on, where both
// can sign in. Until then it names the units without a head: afterwards a top unit whose
// head is in no list, or never will be, keeps no house from beginning.
func (k *Kit) needPeople(ctx context.Context, units []UnitView) (FirstNeed, error) {
	need, known := FirstNeed{What: NeedPeople}, map[string]bool{}
	for _, u := range units {
		for _, h := range u.People {
			known[h.Person] = true
		}
	}
	if need.Have = len(known); need.Have < 2 {
		need.Lacks = append(need.Lacks, Lack{Code: LackOthers})
	}
	let, err := k.letIn(ctx, "")
	if err != nil {
		return need, err
	}
	decided, both, err := k.decidedFor(ctx, units, let)
	if err != nil {
		return need, err
	}
	in := 0
	for person := range known {
		if let == nil || let(person) {
			in++
		}
	}
	if let != nil && (in < 2 || decided && !both) {
		need.Lacks = append(need.Lacks, Lack{Code: LackSignIn})
	}
	if decided {
		return need, nil
	}
	if headless := withoutHead(units); len(headless) > 0 {
		need.Lacks = append(need.Lacks, Lack{Code: LackHead, Of: headless})
	} else if need.Have >= 2 { // each of them decides, and nobody for him
		need.Lacks = append(need.Lacks, Lack{Code: LackOthers})
	}
	return need, nil
}

// decidedFor says whether the request of anybody in the house comes to somebody else who
// decides on it, and whether of any such two both are let in.
func (k *Kit) decidedFor(ctx context.Context, units []UnitView, let func(person string) bool) (decided, both bool, err error) {
	for _, u := range units {
		if len(u.People) == 0 {
			continue
		}
		asked := make([]directory.Question, len(u.People))
		for i, h := range u.People {
			asked[i] = directory.Question{ID: h.Person, Kind: directory.KindManager, Person: h.Person, At: k.moment()}
		}
		answers, err := k.directory.Resolve(ctx, asked)
		if err != nil {
			return false, false, fmt.Errorf("ismskit: directory: %w", err)
		}
		for _, a := range answers {
			for _, h := range a.Holders {
				if h.Person == "" || h.Person == a.Question {
					continue
				}
				decided = true
				if let == nil || let(a.Question) && let(h.Person) {
					return true, true, nil
				}
			}
		}
	}
	return decided, false, nil
}

// withoutHead are the units with people for whom nobody decides; where each has somebody,
// and he nobody above him, those at the top that have no head.
func withoutHead(units []UnitView) []forms.Text {
	var manned, top []forms.Text
	for _, u := range units {
		switch {
		case len(u.Heads) > 0:
		case len(u.People) > 0:
			manned = append(manned, inBoth(u.Name, u.NameEN))
		case u.Depth == 0:
			top = append(top, inBoth(u.Name, u.NameEN))
		}
	}
	if len(manned) > 0 {
		return manned
	}
	return top
}

// letIn says who can sign in, as if one login ("" for none) were disabled; nil where
// only the host knows (Config.SignsIn), and everybody counts.
func (k *Kit) letIn(ctx context.Context, without string) (func(person string) bool, error) {
	if k.cfg.SignsIn == nil {
		return nil, nil
	}
	people, err := k.cfg.SignsIn(ctx, without)
	if err != nil {
		return nil, fmt.Errorf("ismskit: who can sign in: %w", err)
	}
	in := make(map[string]bool, len(people))
	for _, id := range people {
		in[id] = true
	}
	return func(person string) bool { return in[person] }, nil
}
