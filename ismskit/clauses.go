package ismskit

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/document"
)

// A form points at a clause of a document (陸三(四)) by a choice whose options belong to the document
// that a field beside it names (forms.OptionsFrom with the register forms.OfDocument and the list
// Clauses): the clauses of the version in force. What is kept is the version and the address, as
// "1.3 陸三(四)", so that it says of which version it was however often the document changes. A document
// whose clauses cannot be read has one option, the version as a whole.

// Clauses is the OptionsFrom.List of a document's clauses.
const Clauses = "clauses"

// ClauseRef is a clause at which a case points, with what has become of it.
type ClauseRef struct {
	Field   forms.Text // what the field is called
	Number  string     // of the document now
	ID      string     // of the document
	Label   string     // the version when it was recorded
	Address string     // "" for the version as a whole
	Anchor  string     // of the clause on the version's page, "" where that cannot be told
	// Since is what became of it: "" where the version is in force, ClauseSame, a document.Kind, or
	// ClauseUnknown where the texts cannot be compared.
	Since string
	// Now is the version in force, "" for none, and NowAddress the clause's number in it where it has another.
	Now, NowAddress string
}

// What of a clause that has not changed, or of which nothing can be told.
const (
	ClauseSame    = "same"
	ClauseUnknown = "unknown"
)

// clausesIn are the clauses among them, each address once.
func (k *Kit) clausesIn(ctx context.Context, v document.Version) []document.Part {
	seen := map[string]bool{}
	var out []document.Part
	for _, part := range k.partsIn(ctx, v) {
		if part.Address != "" && len(part.Address) <= 60 && !seen[part.Address] {
			seen[part.Address] = true
			out = append(out, part)
		}
	}
	return out
}

// clauseKey is what is kept of a clause.
func clauseKey(label, address string) string { return strings.TrimSpace(label + " " + address) }

// clauseOptions are the clauses of a document that a form may point at; ok is false for a document that
// is not there for the actor. What the case points at already stays.
func (k *Kit) clauseOptions(ctx context.Context, actor Actor, c caseInHand, id string, kept bool) (out []forms.Option, ok bool, err error) {
	doc, versions, err := k.Documents().stored(ctx, id)
	if err != nil || doc.ID == "" {
		return nil, false, err
	}
	if !kept && !actor.system {
		reach, err := k.Documents().reach(ctx, actor)
		if err != nil {
			return nil, false, err
		}
		if !reach.Lets(doc) { // what the case itself says, and no more
			out = k.withStored(nil, c.pointsAt(id, nil))
			return out, len(out) > 0, nil
		}
	}
	if at := slices.IndexFunc(versions, func(v document.Version) bool { return v.Label == doc.Current }); at >= 0 {
		parts := k.clausesIn(ctx, versions[at])
		for _, part := range parts {
			heading, _, _ := strings.Cut(part.Text, "\n")
			out = append(out, k.clauseOption(clauseKey(doc.Current, part.Address), "clause.option", map[string]string{"label": doc.Current, "address": part.Address, "heading": clipped(heading, 30)}))
		}
		if len(parts) == 0 {
			out = append(out, k.clauseOption(doc.Current, "clause.whole", map[string]string{"label": doc.Current}))
		}
	}
	return k.withStored(out, c.pointsAt(id, nil)), true, nil
}

// withStored adds the clauses that a case points at already.
func (k *Kit) withStored(options []forms.Option, stored []string) []forms.Option {
	for _, key := range stored {
		if !slices.ContainsFunc(options, func(o forms.Option) bool { return o.Key == key }) {
			options = append(slices.Clip(options), k.clauseOption(key, "clause.stored", map[string]string{"clause": key}))
		}
	}
	return options
}

// keepClauses adds to what a form offers the clauses at which the case points that is being changed, as
// far as they are not hidden from the actor; ErrNotFound where he may not read it.
func (k *Kit) keepClauses(ctx context.Context, actor Actor, id string, needs []forms.Need, out facted, now time.Time) error {
	c, err := k.take(ctx, id)
	if err != nil {
		return err
	}
	if _, err := k.mayRead(ctx, actor, c, now); err != nil {
		return err
	}
	hidden, err := k.hiddenNow(ctx, actor, c, now)
	if err != nil {
		return err
	}
	for _, n := range needs {
		if n.Kind == forms.NeedOptions && n.List == forms.OfDocument {
			if options := k.withStored(out.options[n], c.pointsAt(n.ID, hidden)); len(options) > 0 {
				out.options[n] = options
			}
		}
	}
	return nil
}

func (k *Kit) clauseOption(key, text string, params map[string]string) forms.Option {
	return forms.Option{Key: key, Label: sayAll(text, func(string) map[string]string { return params })}
}

// clauseFields are the fields of a form that point at clauses.
func clauseFields(fields []forms.Field) (out []forms.Field) {
	for _, f := range fields {
		if f.OptionsFrom != nil && f.OptionsFrom.Register == forms.OfDocument && f.OptionsFrom.List == Clauses {
			out = append(out, f)
		}
	}
	return out
}

// eachClause goes through the clauses at which some values point.
func eachClause(fields []forms.Field, values forms.Values, each func(f forms.Field, document, key string)) {
	one := func(f forms.Field, beside map[string]any) {
		ref, _ := beside[f.OptionsFrom.Of].(forms.Ref)
		if key, _ := beside[f.Key].(string); key != "" && ref.ID != "" {
			each(f, ref.ID, key)
		}
	}
	for _, f := range clauseFields(fields) {
		one(f, values)
	}
	for _, table := range fields {
		rows, _ := values[table.Key].([]forms.Row)
		for _, f := range clauseFields(table.Fields) {
			for _, row := range rows {
				one(f, row)
			}
		}
	}
}

// pointsAt are the clauses of a document at which a case points, in fields that are not hidden.
func (c *caseInHand) pointsAt(id string, hidden []string) (out []string) {
	if c.kind == nil {
		return nil
	}
	shown := func(f forms.Field) bool {
		return !slices.ContainsFunc(hidden, func(path string) bool { return path == f.Key || strings.HasSuffix(path, "."+f.Key) })
	}
	eachClause(c.kind.Form.Fields, c.values, func(f forms.Field, document, key string) {
		if document == id && shown(f) && !slices.Contains(out, key) {
			out = append(out, key)
		}
	})
	return out
}

// clauseRefs are the clauses at which a case points, of documents that the actor may read.
func (k *Kit) clauseRefs(ctx context.Context, actor Actor, kind *kind, values forms.Values) (out []ClauseRef, err error) {
	var reach *document.Reach
	asked := false
	eachClause(kind.Form.Fields, values, func(f forms.Field, id, key string) {
		if err != nil {
			return
		}
		if !asked {
			if reach, err = k.Documents().reach(ctx, actor); err != nil {
				return
			}
			asked = true
		}
		doc, versions, failed := k.Documents().stored(ctx, id)
		if failed != nil || doc.ID == "" || !reach.Lets(doc) {
			err = failed
			return
		}
		label, address, _ := strings.Cut(key, " ")
		r := ClauseRef{Field: f.Label, Number: doc.Number, ID: doc.ID, Label: label, Address: address, Now: doc.Current}
		if at := slices.IndexFunc(versions, func(v document.Version) bool { return v.Label == label }); at >= 0 {
			err = k.clauseSince(ctx, versions, versions[at], &r)
		} else {
			r.Since = ClauseUnknown
		}
		out = append(out, r)
	})
	return out, err
}

// clauseSince says where a clause stands, and what became of it since.
func (k *Kit) clauseSince(ctx context.Context, versions []document.Version, then document.Version, r *ClauseRef) error {
	text, err := k.Documents().mainText(ctx, then)
	if err == nil && text != nil {
		if tree, _, failed := clausesOf(text); failed == nil {
			if c, ok := tree.Find(r.Address); ok {
				r.Anchor = c.Anchor
			}
		}
	}
	if err == nil && text == nil {
		r.Anchor = ExtractAnchor(k.partsIn(ctx, then), r.Address)
	}
	if err != nil || r.Label == r.Now {
		return err
	}
	now := slices.IndexFunc(versions, func(v document.Version) bool { return v.Label == r.Now })
	r.Since = ClauseUnknown
	if now < 0 || r.Address == "" {
		return nil
	}
	before, had := then.Main()
	after, has := versions[now].Main()
	if !had || !has {
		return nil
	}
	found, err := k.compareFiles(ctx, before.Digest, after.Digest)
	if err != nil || found.state != ComparedDiffers && found.state != ComparedEqual {
		return err
	}
	r.Since = ClauseSame
	for _, d := range found.differences {
		if d.Old.Address == r.Address {
			r.Since = string(d.Kind)
			if d.New.Address != r.Address {
				r.NowAddress = d.New.Address
			}
		}
	}
	return nil
}
