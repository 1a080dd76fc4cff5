package ismskit

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/workflow"
)

// DocumentReaders is who is to read a version of a document, and who has (閱讀情形).
type DocumentReaders struct {
	Document document.Document
	Version  document.Version
	// Readers are those who were asked, by unit and name; of somebody who doesn't look after
	// documents only he himself.
	Readers []DocumentReader
	// Missing are those to whom the document is distributed and whom nobody has asked yet:
	// they will be within a day. Only of a version in force, with ReadersQuery.Audience.
	Missing []DocumentReader
	// Barred are those to whom it is distributed and who may not read documents of its class:
	// they are not asked.
	Barred []DocumentReader
	// Empty: the version has neither text nor file, and nobody is asked to read it until it has.
	Empty bool
	// Whole says that all are shown, and Lists are the rows of the list of distributions that
	// name the document, for whoever looks after documents; MayManage says that he may change
	// them.
	Whole     bool
	Lists     []string
	MayManage bool
}

// ToRead is a version of a document that somebody is to read.
type ToRead struct {
	Document, Label string
	Name            string // number and title
}

// toRead is nil for a case that is no such sheet.
func (c *caseInHand) toRead() *ToRead {
	if !c.kind.Reading {
		return nil
	}
	ref, _ := c.values[ReadingDocument].(forms.Ref)
	out := &ToRead{Document: ref.ID}
	out.Name, _ = c.values[ReadingName].(string)
	out.Label, _ = c.values[ReadingVersion].(string)
	return out
}

// ReadersQuery asks who is to read a version.
type ReadersQuery struct {
	Document string // id or number
	Label    string // "" is the version in force
	// Audience also works out who of the house is to be asked and has not been yet.
	Audience bool
}

// DocumentReader is one of them.
type DocumentReader struct {
	Person, Name, Unit string
	// Read is when he said that he had read it, zero while he hasn't.
	Read time.Time
	// Waived is when somebody waived it, for Reason; zero where nobody did.
	Waived time.Time
	Reason string
	// Due is the last day on which he reads it in time, zero where nobody waits for it any
	// more; Late says that it is over.
	Due  calendar.Date
	Late bool
	// Case is the sheet.
	Case, Number string
}

// Asked is how many are to read it: who need not any more is not among them.
func (r DocumentReaders) Asked() int {
	n := 0
	for _, one := range r.Readers {
		if one.Waived.IsZero() {
			n++
		}
	}
	return n
}

// Read is how many have.
func (r DocumentReaders) Read() int {
	n := 0
	for _, one := range r.Readers {
		if !one.Read.IsZero() {
			n++
		}
	}
	return n
}

// Readers returns who is to read a version, and who has. Whoever looks after documents, or
// may read everything, is told of all; anybody else who may read the document of himself.
// ErrNotFound where there is no such version, or the actor may not read it.
func (d Documents) Readers(ctx context.Context, actor Actor, q ReadersQuery) (DocumentReaders, error) {
	d.k = d.k.once()
	view, err := d.whole(ctx, actor, q.Document)
	if err != nil {
		return DocumentReaders{}, err
	}
	out := DocumentReaders{Document: view.Document}
	may, err := d.MayFile(ctx, actor)
	if out.MayManage = may.May; err != nil {
		return DocumentReaders{}, err
	}
	if out.Whole = out.MayManage; !out.Whole {
		out.Whole, err = d.k.hasRole(ctx, actor.Person, d.k.cfg.Rights.ReadAll)
	}
	if err == nil && out.Whole {
		out.Lists, err = d.distributedBy(ctx, view.ID)
	}
	if q.Label == "" {
		q.Label = view.Current
	}
	if err != nil || q.Label == "" {
		return out, err
	}
	at := slices.IndexFunc(view.Versions, func(v document.Version) bool { return v.Label == q.Label && v.State != document.Withdrawn })
	if at < 0 {
		return DocumentReaders{}, ErrNotFound
	}
	out.Version = view.Versions[at]
	out.Empty = !readable(out.Version)
	if err := d.asked(ctx, &out); err != nil {
		return DocumentReaders{}, err
	}
	if !out.Whole {
		out.Readers = slices.DeleteFunc(out.Readers, func(r DocumentReader) bool { return r.Person != actor.Person })
		return out, nil
	}
	if q.Audience && out.Version.State == document.Current && !out.Empty {
		err = d.notAsked(ctx, &out)
	}
	return out, err
}

// distributedBy are the rows of the list that name a document.
func (d Documents) distributedBy(ctx context.Context, id string) ([]string, error) {
	rows, err := d.distributions(ctx, id)
	ids := make([]string, len(rows))
	for i, row := range rows {
		ids[i] = row.ID
	}
	return ids, err
}

// asked fills in those whom the sheets of a version ask, each once: where he read it, or the
// last that asks him.
func (d Documents) asked(ctx context.Context, out *DocumentReaders) error {
	sheets, err := d.readingsOf(ctx, out.Version)
	if err != nil {
		return err
	}
	now, by := d.k.moment(), map[string]DocumentReader{}
	for _, c := range sheets {
		for _, t := range c.state.Tasks {
			for _, s := range t.Holder.Named {
				if old := by[s.Person]; !old.Read.IsZero() {
					continue
				}
				r := DocumentReader{Person: s.Person, Name: s.Name, Unit: s.UnitName, Case: c.row.ID, Number: c.row.Number}
				switch {
				case t.By != nil && t.Verb == workflow.VerbApprove:
					r.Read = t.Closed
				case t.Verb == workflow.VerbWaive:
					r.Waived, r.Reason = t.Closed, t.Comment
				case t.Status.Live():
					if r.Due, err = parseISO(t.DueDate); err != nil {
						return err
					}
					r.Late = !t.Due.IsZero() && !now.Before(t.Due)
				}
				by[s.Person] = r
			}
		}
	}
	out.Readers = readersInOrder(by)
	return nil
}

// notAsked fills in those to whom a version in force is distributed and who were not asked.
func (d Documents) notAsked(ctx context.Context, out *DocumentReaders) error {
	audiences, err := d.audiences(ctx, out.Document.ID)
	if err != nil {
		return err
	}
	house := audienceHouse{k: d.k}
	people, barred, err := house.of(ctx, audiences[out.Document.ID], out.Document.Class)
	if err != nil {
		return err
	}
	missing, shut := map[string]DocumentReader{}, map[string]DocumentReader{}
	for _, p := range people {
		if !slices.ContainsFunc(out.Readers, func(r DocumentReader) bool {
			return r.Person == p.Holder.Person && (!r.Read.IsZero() || !r.Due.IsZero() || !r.Waived.IsZero())
		}) {
			missing[p.Holder.Person] = DocumentReader{Person: p.Holder.Person, Name: p.Name, Unit: p.UnitName}
		}
	}
	for _, p := range barred {
		shut[p.Holder.Person] = DocumentReader{Person: p.Holder.Person, Name: p.Name, Unit: p.UnitName}
	}
	out.Missing, out.Barred = readersInOrder(missing), readersInOrder(shut)
	return nil
}

// readersInOrder are readers by unit and name.
func readersInOrder(by map[string]DocumentReader) []DocumentReader {
	out := make([]DocumentReader, 0, len(by))
	for _, r := range by {
		out = append(out, r)
	}
	slices.SortFunc(out, func(a, b DocumentReader) int {
		return cmp.Or(cmp.Compare(a.Unit, b.Unit), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Person, b.Person))
	})
	return out
}
