package ismskit

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/workflow"
)

// A paper is entered by the version of its form that it was signed by: who signed it in order has
// done so by what was asked of him then, and an office that has changed its flow meanwhile cannot
// ask it of a sheet that had no field for it. Of a case that went on on paper that is the case's
// own version, as its print has it; of a reserved number the one in use when the first signed.

// Form is the type and the form by which a paper with p's values is entered: of a case that went on
// on paper those of its version, as they stand on its sheet, of a reserved number those in use when
// the first signed. Where p names a draft they are those that it has once the values are laid over
// it, for whoever may edit it (ErrForbidden). Of any other type, and as long as the values name no
// number, it is what Types.Get says, for those who may begin one; ErrNotFound for everybody else.
func (p Prefills) Form(ctx context.Context, actor Actor, of Preview) (TypeInfo, *forms.Form, error) {
	p.k = p.k.once()
	k := p.k
	var kind *kind
	if of.Case == "" {
		newest, err := k.Types().toBegin(ctx, actor, of.Type)
		if err != nil {
			return TypeInfo{}, nil, err
		}
		begins, err := k.toEnter(ctx, newest, of.Values)
		if err != nil {
			return TypeInfo{}, nil, err
		}
		kind = begins.kind
	} else {
		if err := k.freshenTypes(ctx); err != nil {
			return TypeInfo{}, nil, err
		}
		c, err := k.take(ctx, of.Case)
		if err != nil {
			return TypeInfo{}, nil, err
		}
		if _, err := k.mayRead(ctx, actor, c, k.moment()); err != nil {
			return TypeInfo{}, nil, err
		}
		if !c.mayEdit(actor) {
			return TypeInfo{}, nil, ErrForbidden
		}
		if c, err = k.enteredBy(ctx, c, of.Values); err != nil {
			return TypeInfo{}, nil, err
		}
		kind = c.kind
	}
	info := k.Types().info(kind)
	err := k.formDocuments(ctx, actor, time.Time{}, &info)
	return info, kind.form, err
}

// toEnter is the version by which a paper with these values is entered; newest is the type of it
// by which papers are entered that say nothing else, or whose version has no such type.
func (k *Kit) toEnter(ctx context.Context, newest *kind, values forms.Values) (kindToBegin, error) {
	out := kindToBegin{newest, k.kinds.children(newest)}
	if newest.PaperOf == "" {
		return out, nil
	}
	version, children, err := k.signedBy(ctx, newest, values)
	if err != nil || version == "" {
		return out, err
	}
	kind, err := k.paperOfVersion(ctx, newest, version)
	if err != nil || kind == nil {
		return out, err
	}
	of := k.kinds.children(kind)
	for typ := range of {
		of[typ] = children(typ, of[typ])
		child, err := k.kinds.of(ctx, k.store, typ, of[typ])
		if errors.Is(err, ErrNotFound) || unread(err) || err == nil && child.readOnly != nil {
			return out, nil
		}
		if err != nil {
			return out, err
		}
	}
	return kindToBegin{kind, of}, nil
}

// signedBy is the version of the ordinary type that a paper was signed by, "" where that is not
// known: it names no number yet, or nobody who signed it. Children says the same of a type of its
// rows, or what is in use now. A number that is used by now is read as before: the same entry sent a
// second time is to be the same.
func (k *Kit) signedBy(ctx context.Context, paper *kind, values forms.Values) (version string, children func(typ, now string) string, err error) {
	number, _ := values[paperNumber].(string)
	if number = strings.TrimSpace(number); number == "" {
		return "", nil, nil
	}
	n, found, err := k.reservedNumber(ctx, number)
	if err != nil || !found || n.Type != paper.PaperOf {
		return "", nil, err
	}
	if of := cmp.Or(n.From, n.Case); of != "" {
		c, err := k.take(ctx, of)
		if unread(err) {
			k.leftOut(ctx, of, err)
			return "", nil, nil
		}
		if err != nil {
			return "", nil, err
		}
		version = c.row.Version
		if c.kind.PaperOf != "" {
			version = onlineVersion(version)
		}
		return version, notedVersions(c.extra.Children), nil
	}
	signed := paperSignersIn(values)
	if n.State != NumberFree || len(signed) == 0 {
		return "", nil, nil
	}
	first := slices.MinFunc(signed, func(a, b paperSigner) int { return calendar.Date.Compare(a.day, b.day) }).day.Start(k.location)
	reserved, err := k.reservedAt(ctx, number)
	if err != nil {
		return "", nil, err
	}
	if first.Before(reserved) {
		first = reserved
	}
	then := map[string]string{}
	for _, typ := range append(slices.Collect(maps.Keys(k.kinds.children(paper))), paper.PaperOf) {
		if then[typ], err = k.versionAt(ctx, typ, first); err != nil {
			return "", nil, err
		}
	}
	return then[paper.PaperOf], notedVersions(then), nil
}

// notedVersions are the versions of the types of rows as they are noted, else what is in use now.
func notedVersions(noted map[string]string) func(typ, now string) string {
	return func(typ, now string) string { return cmp.Or(noted[typ], now) }
}

// versionAt is the version of a type with which cases began at a moment, "" where that is not
// known: the one that the house had decided on, or else the newest that there was.
func (k *Kit) versionAt(ctx context.Context, typ string, at time.Time) (string, error) {
	var decided []register.Row
	var stored []Definition
	err := k.store.View(ctx, func(ctx context.Context, tx Tx) (err error) {
		if decided, err = tx.Registers().History(ctx, register.Flows, typ); err == nil {
			stored, err = tx.Definitions().List(ctx, definitionType, typ)
		}
		return err
	})
	if err != nil {
		return "", err
	}
	for _, row := range slices.Backward(decided) {
		if used := readInUse(row); used.unread == nil && !row.ChangedAt.After(at) {
			return used.Version, nil
		}
	}
	return newestVersion(stored, func(d Definition) bool { return !d.Created.After(at) }), nil
}

// paperOfVersion is the type by which the papers of a version are entered, nil where there is none
// that this program can work by.
func (k *Kit) paperOfVersion(ctx context.Context, newest *kind, version string) (*kind, error) {
	if onlineVersion(newest.Version) == version {
		return newest, nil
	}
	var stored []Definition
	err := k.store.View(ctx, func(ctx context.Context, tx Tx) (err error) {
		stored, err = tx.Definitions().List(ctx, definitionType, newest.Key)
		return err
	})
	if err != nil {
		return nil, err
	}
	of := newestVersion(stored, func(d Definition) bool {
		return onlineVersion(d.Version) == version
	})
	if of == "" {
		return nil, nil
	}
	kind, err := k.kinds.of(ctx, k.store, newest.Key, of)
	if unread(err) || err == nil && kind.readOnly != nil {
		return nil, nil
	}
	return kind, err
}

// newestVersion is the newest version of those that are asked for, "" where there is none.
func newestVersion(stored []Definition, asked func(Definition) bool) string {
	newest := Definition{}
	for _, d := range stored {
		if asked(d) && (newest.Version == "" || d.Created.After(newest.Created) || d.Created.Equal(newest.Created) && compareVersions(d.Version, newest.Version) > 0) {
			newest = d
		}
	}
	return newest.Version
}

// enteredBy is the draft of a paper by the version of which its sheet is, once these values were
// laid over it. Any other case stays as it is.
func (k *Kit) enteredBy(ctx context.Context, c caseInHand, sent forms.Values) (caseInHand, error) {
	if c.kind.PaperOf == "" || c.state.Phase != workflow.PhaseDraft || c.row.Number != "" {
		return c, nil
	}
	newest, ok, bar := k.kinds.toBegin(c.kind.Key)
	if !ok || bar != nil {
		return c, nil
	}
	to, err := k.toEnter(ctx, newest, c.kind.form.Merge(c.values, sent))
	if err != nil {
		return c, err
	}
	return k.by(c, to), nil
}
