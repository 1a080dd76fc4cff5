package catalog

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
)

// Demo is an invented agency with its people, systems, documents and requests of
// three years, to be loaded into an empty store.
type Demo struct {
	agency  agency
	renamed string // the name of the agency in the file, if another one was asked for
}

// Options of the demonstration.
type Options struct {
	// Agency replaces the name of the invented agency, AgencyEN its English name.
	// The office outside is then called by a name that fits any agency.
	Agency, AgencyEN string
}

// Login is an account to offer on the sign-in page of a demonstration.
type Login struct {
	Person string // id
	Login  string
	Name   forms.Text
	Role   forms.Text // what this person is here
	Look   forms.Text // what to look at first
}

// ReadDemo reads the demonstration agency.
func ReadDemo(o Options) (Demo, error) {
	a, err := readAgency()
	if err != nil {
		return Demo{}, err
	}
	d := Demo{agency: a}
	if o.Agency == "" {
		return d, nil
	}
	name := forms.Text{"zh-TW": o.Agency, "en": o.AgencyEN}
	for i := range d.agency.Units {
		if u := &d.agency.Units[i]; u.Kind == "agency" {
			d.renamed, u.Name, u.Short = u.Short["zh-TW"], name, nil
		}
	}
	d.agency.Parameters["agency"] = name
	d.elsewhere()
	return d, nil
}

// elsewhere gives the office outside a name that fits any agency: it belongs to
// the invented city.
func (d Demo) elsewhere() {
	center := forms.Text{"zh-TW": "上級機關資訊中心", "en": "IT center of the parent agency"}
	was := d.agency.Parameters["it_center"]["zh-TW"]
	for i := range d.agency.Offices {
		if o := &d.agency.Offices[i]; o.Name["zh-TW"] == was {
			o.Name, o.Short = center, nil
		}
	}
	d.agency.Parameters["it_center"] = center
}

// Agency is the name of the agency.
func (d Demo) Agency() forms.Text { return d.agency.Parameters["agency"] }

// People are all who have an account, with their logins; Role and Look are set for
// those that the sign-in page offers.
func (d Demo) People() []Login {
	out := make([]Login, 0, len(d.agency.People))
	for _, p := range d.agency.People {
		l := Login{Person: p.ID, Login: p.Login, Name: p.Name}
		if i := slices.IndexFunc(d.agency.Logins, func(o loginRow) bool { return o.Person == p.ID }); i >= 0 {
			l.Role, l.Look = d.agency.Logins[i].Role, d.agency.Logins[i].Look
		}
		out = append(out, l)
	}
	return out
}

// Logins are the accounts to offer on the sign-in page, in that order.
func (d Demo) Logins() []Login {
	people := d.People()
	out := make([]Login, 0, len(d.agency.Logins))
	for _, o := range d.agency.Logins {
		if i := slices.IndexFunc(people, func(l Login) bool { return l.Person == o.Person }); i >= 0 {
			out = append(out, people[i])
		}
	}
	return out
}

// ErrNotEmpty refuses to load the demonstration beside somebody's own data.
var ErrNotEmpty = errors.New("catalog: the store is not empty")

// loading is who enters what the demonstration begins with.
var loading = ismskit.System("demo")

// Load fills an empty store: the lists, the documents, and the requests of three
// years, each act by its own person at its own moment, up to start. Dates are
// rebuilt from the day of start. cfg must have Store, Blobs, the catalogue's Types
// and Hooks; its clock and its Notifier are not used, so no mail leaves. What
// people were told up to the day before has been read.
//
// Load begins a Kit of its own. Call it before the Kit that serves people runs. A
// store that holds people already is ErrNotEmpty. It is not one transaction: a
// store whose loading was cut off is thrown away.
func (d Demo) Load(ctx context.Context, cfg ismskit.Config, start time.Time) error {
	l, err := d.loader(cfg, start)
	if err != nil {
		return fmt.Errorf("catalog: demo: %w", err)
	}
	if err := l.empty(ctx); err != nil {
		return fmt.Errorf("catalog: demo: %w", err)
	}
	if err := l.plan(ctx); err != nil {
		return fmt.Errorf("catalog: demo: %w", err)
	}
	if err := l.play(ctx, start); err != nil {
		return fmt.Errorf("catalog: demo: %w", err)
	}
	return nil
}
