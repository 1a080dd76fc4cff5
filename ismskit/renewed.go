package ismskit

import (
	"cmp"
	"context"
	"reflect"
	"strings"

	"github.com/ismskit/ismskit/workflow"
)

// renewed is a draft by the version in which cases of its type begin now, for nobody has sent
// it yet: what an office has decided on since, such as one more who signs, holds for what is
// sent from then on, whenever it was begun. Its writer sees fields and route of that version.
// One that this version can't take over as it was typed stays with its own, which its page says.
// The draft of a paper goes by the version of the paper.
func (k *Kit) renewed(ctx context.Context, c caseInHand) (caseInHand, error) {
	if c.state.Phase != workflow.PhaseDraft {
		return c, nil
	}
	if c.kind.PaperOf != "" {
		return k.enteredBy(ctx, c, nil)
	}
	to, ok, bar := k.kinds.toBegin(c.kind.Key)
	if !ok || bar != nil || to.Version == c.kind.Version {
		return c, nil
	}
	return k.by(c, kindToBegin{to, k.kinds.children(to)}), nil
}

// kindToBegin is a version with which a case begins, with those in which its rows open.
type kindToBegin struct {
	kind     *kind
	children map[string]string
}

// by is a draft by a version, or still by its own where that one can't take it over.
func (k *Kit) by(c caseInHand, to kindToBegin) caseInHand {
	next := c
	if to.kind.Version != c.kind.Version {
		if !k.takesOver(c, to.kind, &next) {
			c.outdated = true
			return c
		}
		if next.begun = cmp.Or(c.begun, c.kind.Version); next.begun == to.kind.Version {
			next.begun = ""
		}
		next.row.Version, next.outdated = to.kind.Version, false
		delete(next.values, paperSteps) // they are filled in anew, of the steps of this version
	}
	next.extra.Children = to.children
	return next
}

// takesOver makes of a draft one by another version, false where anything that was typed would
// be lost or become another value, or where what the draft is differs.
func (k *Kit) takesOver(c caseInHand, to *kind, next *caseInHand) bool {
	if to.readOnly != nil || to.Class != c.kind.Class || !reflect.DeepEqual(to.Oral, c.kind.Oral) || !reflect.DeepEqual(to.Handover, c.kind.Handover) {
		return false
	}
	values, invalid := to.form.Restore(c.row.Values)
	if len(invalid) > 0 {
		return false
	}
	next.kind, next.values = to, values
	for path := range c.extra.Typed {
		field, _, _ := strings.Cut(path, ".")
		if _, ok := to.form.Field(field); !ok {
			return false
		}
	}
	stays := &Stays{}
	if k.migratedLeaves(c, *next, stays); len(stays.Because) > 0 {
		return false
	}
	state, err := to.flow.Adopt(c.state, c.kind.flow, next.facts())
	next.state = state
	return err == nil
}
