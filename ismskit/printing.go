package ismskit

import (
	"context"
	"errors"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/workflow"
)

// ErrNoPrinter: Config has no Printer.
var ErrNoPrinter = errors.New("ismskit: no printer")

// Imprint is what stands on a print beside its subject. The caller says Agency,
// Lang, Note and Check; the Kit adds who prints, when, and the names of options.
type Imprint struct {
	Agency string // the organisation, above the title
	Lang   string
	Note   string // the organisation's own line at the foot
	Check  string // where whoever has a copy asks whether it is the newest (版次查詢), "" leaves it out

	By       workflow.Signer
	Now      time.Time
	Location *time.Location
	// Classes are the house's scale, for what the stamp of a class says; without it, the classes that
	// the program brings.
	Classes Classes
	// Lookup knows the names of options that belong to rows of registers; may be nil.
	Lookup forms.Lookup
}

// Printout is something laid out for paper, complete in itself.
type Printout struct {
	Name      string // of the file
	MediaType string // "text/html", "application/pdf"
	Body      []byte
	// Part is the sheet alone as safe HTML, for a page that has the styles of
	// package print; "" from a Printer that has none to give.
	Part  string
	Title string // what it is, in the language of the print
}

// BlankForm is a form nobody has filled in.
type BlankForm struct {
	Kind TypeInfo
	Form *forms.Form
}

// imprint completes what a caller said about a print by the actor.
func (k *Kit) imprint(ctx context.Context, actor Actor, o Imprint) (Imprint, error) {
	if k.cfg.Printer == nil {
		return o, ErrNoPrinter
	}
	if o.Lang == "" {
		o.Lang = k.cfg.Lang
	}
	o.Now, o.Location, o.By = k.moment(), k.location, k.systemSigner()
	var err error
	if o.Classes, err = k.classesNow(ctx); err != nil || actor.system {
		return o, err
	}
	o.By, err = k.person(ctx, actor.Person, o.Now)
	return o, err
}

// Print lays out a case as the actor may see it; ErrNotFound where he may not.
func (r Records) Print(ctx context.Context, actor Actor, caseID string, o Imprint) (Printout, error) {
	r.k = r.k.once()
	k := r.k
	c, err := k.Case(ctx, actor, caseID)
	if err != nil {
		return Printout{}, err
	}
	if err := k.comparedBefore(ctx, actor, &c); err != nil {
		return Printout{}, err
	}
	if o, err = k.imprint(ctx, actor, o); err != nil {
		return Printout{}, err
	}
	if o.Lookup, err = k.Types().Options(ctx, actor, Preview{}, c.Needs()); err != nil {
		return Printout{}, err
	}
	return k.cfg.Printer.Case(ctx, c, o)
}

// Blank lays out the newest version of a form to be filled in by hand, for those
// who may open one; ErrNotFound. *Barred where the form was abolished.
func (t Types) Blank(ctx context.Context, actor Actor, key string, o Imprint) (Printout, error) {
	t.k = t.k.once()
	kind, ok := t.k.kinds.latestOf(key)
	if !ok || !kind.Offered || kind.Flow.Child {
		return Printout{}, ErrNotFound
	}
	o, err := t.k.imprint(ctx, actor, o)
	if err != nil {
		return Printout{}, err
	}
	if err := t.k.mayOpen(ctx, actor, kind); err != nil {
		return Printout{}, err
	}
	if err := t.k.formEnded(ctx, kind, calendar.Date{}); err != nil {
		return Printout{}, err
	}
	info := t.info(kind)
	if err := t.k.formDocuments(ctx, actor, time.Time{}, &info); err != nil {
		return Printout{}, err
	}
	return t.k.cfg.Printer.Blank(ctx, BlankForm{Kind: info, Form: kind.form}, o)
}

// Print lays out a version of a document with its text; label "" is the one in
// force. A version that does not hold says so on the sheet and in the file's name
// (B1.5). ErrNotFound as for Read, and where the version was never issued.
func (d Documents) Print(ctx context.Context, actor Actor, idOrNumber, label string, o Imprint) (Printout, error) {
	d.k = d.k.once()
	r, err := d.Read(ctx, actor, idOrNumber, label)
	if err != nil {
		return Printout{}, err
	}
	if r.Version.Label == "" {
		return Printout{}, ErrNotFound
	}
	if o, err = d.k.imprint(ctx, actor, o); err != nil {
		return Printout{}, err
	}
	out, err := d.k.cfg.Printer.Document(ctx, r, o)
	out.Name = markedName(out.Name, r.Reading, o.Lang)
	return out, err
}
