package ismskit

import (
	"context"
	"fmt"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/workflow"
)

// Preview asks for the route of what is being filled in, or of a case that is
// there.
type Preview struct {
	Case string // a case on its way or a draft; then Type may be empty
	Type string
	// Applicant is whose request it is to be, as in Opening.
	Applicant string
	Values    forms.Values        // changes of those of the case, as in Action
	Chosen    map[string][]string // as in Action
}

// Route is the way of a case with the people it would come to now, why each of
// them, and when each step is due at the latest.
type Route struct {
	Steps []RouteStep
	// Latest is the last due date of the certain steps.
	Latest calendar.Date
	// Outlasts is the last day of who hands over on a sheet (Type.Handover) where Latest is
	// after it: what he and others sign in time they sign before they are late. Zero where
	// it is not, and where that day is over.
	Outlasts calendar.Date
	// LeaverSigns says, of such a sheet, that his own signing may come after it; nil where it does not.
	LeaverSigns *LeaverSigns
	// Estimated is true if some date lies beyond the calendar (暫估).
	Estimated bool
	// Rerouted are, of a draft, the steps that come to others than when it was last kept
	// (U6).
	Rerouted []Rerouted
	// Touches is, of a request by which a document changes that is not sent, what it touches, as far as
	// the actor may see that.
	Touches []Touch
	// Follows is, of a draft of a list for disposal (Type.Disposes), its table with what is filled in of
	// each row, as far as the actor may read the record that it names. nil for any other.
	Follows forms.Values
	// Begin is how it stands with the applicant, End how the case does.
	Begin, End RouteState
}

// RouteStep is one step, split or group of a Route.
type RouteStep struct {
	ID    string
	Node  string // step, split, parallel, repeat
	Name  workflow.Text
	Kind  workflow.Kind
	State RouteState
	// Acts are what was done in it so far, and Sent what was noted of the office
	// outside, once it was sent there.
	Acts     []RouteAct
	Sent     *workflow.OutsideNote
	Possible bool // a field before it is not answered yet
	Because  workflow.Text
	People   []RoutePerson
	// Beside are those who are still to act beside the step's own people, once it is open.
	Beside []RouteTurn
	Nobody bool // nobody can be found: it could not be sent like this
	// Apart are the steps, fields and the applicant, whose people are all that can be found,
	// and may not act here: the rule because of which there is nobody.
	Apart    []ApartFrom
	Who      []workflow.Who
	Fallback bool // found by a later alternative
	// Instead is set of one that is for where the separation of duties leaves none of those before it
	// (workflow.Who.Apart).
	Instead bool
	// NamedIn is the step, not over yet, in which whoever does this one is to be named: a
	// later alternative is for where nobody will have been. nil where that is settled.
	NamedIn workflow.Text
	// Review is set where the separation of duties leaves nobody, and the type lets
	// the same person act and be reviewed afterwards (同一人辦理，事後複核).
	Review *RouteReview
	// Waits is true in a dry run where too few are there, and nobody acts for the
	// others: it lies until a superior appoints somebody.
	Waits     bool
	Why       workflow.Text
	Elsewhere workflow.Text // why they are others than the step asks for
	Due       calendar.Due
	Term      string
	Outside   bool
	OutsideTo workflow.Text
	Rows      []RouteRow    // of a split
	Branches  [][]RouteStep // of a parallel or repeat

	way int // which of Who found People
}

// RoutePerson is somebody a step would come to; Acting is who acts for him now.
type RoutePerson struct {
	workflow.Signer
	Acting *workflow.Signer
	Waits  bool // he has asked others first, and it comes back to him
	Away   bool // he is away, or a dry run takes him to be, and nobody acts for him
	// InPerson is set where that is because he has to do it in person: a deputy may be there.
	InPerson bool
	// Asked are, while nobody acts for him, his superiors who are to name somebody; none
	// where he has to do it in person.
	Asked  []workflow.Signer
	Reason string    // why he is away
	Until  time.Time // until when
	// Limits are the parts in which that deputy acts; none where it is everything.
	Limits []DeputyLimit
}

// ApartFrom is a step, workflow.Applicant, or a field by workflow.NamedIn: whoever acts must be
// somebody else than its people.
type ApartFrom struct {
	Step string
	Name workflow.Text
}

// RouteReview is who looks at it afterwards, and until when.
type RouteReview struct {
	People []RoutePerson
	Nobody bool
	Who    []workflow.Who
	Due    calendar.Due
	Term   string
	Done   time.Time // zero while it is still to come
}

// RouteRow is the way of one row's child case.
type RouteRow struct {
	Row   string
	Title string
	// Unnamed is what it is called instead where its title would name a row of a list
	// that is not chosen yet, or that cannot be found; nil where the title is whole.
	Unnamed workflow.Text
	Steps   []RouteStep
}

// Route returns the route of a form before it is sent, or of a case. It changes
// nothing. Values need not be complete.
func (k *Kit) Route(ctx context.Context, actor Actor, p Preview) (Route, error) {
	k = k.once()
	if err := k.freshenTypes(ctx); err != nil {
		return Route{}, err
	}
	c, err := k.previewed(ctx, actor, p)
	if err != nil {
		return Route{}, err
	}
	route, err := k.route(ctx, actor, c)
	if err == nil {
		route.Touches, err = k.touchesAhead(ctx, actor, c)
	}
	if err == nil {
		route.Follows, err = k.disposalAhead(ctx, actor, c)
	}
	return route, err
}

func (k *Kit) previewed(ctx context.Context, actor Actor, p Preview) (caseInHand, error) {
	now := k.moment()
	if p.Case != "" {
		c, err := k.take(ctx, p.Case)
		if err != nil {
			return caseInHand{}, err
		}
		if _, err := k.mayRead(ctx, actor, c, now); err != nil {
			return caseInHand{}, err
		}
		if p.Applicant != "" && p.Applicant != c.row.Applicant {
			if c, _, err = k.forAnother(ctx, actor, c, p.Applicant); err != nil {
				return caseInHand{}, err
			}
		}
		if c, err = k.enteredBy(ctx, c, p.Values); err != nil {
			return c, err
		}
		if p.Values != nil {
			if c.values, err = k.named(ctx, actor, c, c.kind.form.Merge(c.values, p.Values)); err == nil {
				c.values, err = k.following(ctx, actor, c, c.values, false)
			}
			if err != nil {
				return c, err
			}
		}
		return k.choosing(ctx, c, p.Chosen, now)
	}
	kind, ok, bar := k.kinds.toBegin(p.Type)
	if !ok {
		return caseInHand{}, fmt.Errorf("%w: type %s", ErrNotFound, p.Type)
	}
	if bar != nil {
		return caseInHand{}, bar
	}
	c, err := k.notYet(ctx, actor, kind, p)
	if err != nil {
		return c, err
	}
	if c.values, err = k.named(ctx, actor, c, c.kind.form.Merge(nil, p.Values)); err == nil {
		c.values, err = k.following(ctx, actor, c, c.values, false)
	}
	if err != nil {
		return c, err
	}
	return k.choosing(ctx, c, p.Chosen, now)
}

// notYet is the case that a form would become.
func (k *Kit) notYet(ctx context.Context, actor Actor, newest *kind, p Preview) (caseInHand, error) {
	who, writer, err := k.asker(ctx, actor, newest, p.Applicant)
	if err != nil {
		return caseInHand{}, err
	}
	begins, err := k.toEnter(ctx, newest, p.Values)
	if err != nil {
		return caseInHand{}, err
	}
	c := k.unsent(begins.kind, who)
	if newest.PaperOf != "" { // a sheet is of the versions of its rows, too
		c.extra.Children = begins.children
	}
	if writer != nil {
		c.row.Writer, c.extra.Writer = writer.Person, writer
	}
	return c, nil
}

// unsent is a case of somebody that nobody has made.
func (k *Kit) unsent(kind *kind, who workflow.Signer) caseInHand {
	c := caseInHand{kind: kind, state: kind.flow.Draft(who)}
	c.row = CaseRow{
		Type: kind.Key, Version: kind.Version, Class: kind.Class, Created: k.moment(),
		Applicant: who.Person, ApplicantName: who.Name, Unit: who.Unit, UnitName: who.UnitName,
	}
	return c
}

// named brings values that have not been kept yet into the state in which they would
// be: with the present names of people and rows, so that the route can say them, with
// what registers say of what is chosen, and without what isn't shown.
func (k *Kit) named(ctx context.Context, actor Actor, c caseInHand, values forms.Values) (forms.Values, error) {
	form := c.kind.form
	lookup, err := k.lookup(ctx, actor, c, form.Needs(values), k.moment())
	if err != nil {
		return nil, err
	}
	// What can't be computed yet stays unanswered, as in a draft.
	settled, _ := form.Settle(form.Named(values, lookup))
	return settled, nil
}

func (k *Kit) route(ctx context.Context, actor Actor, c caseInHand) (Route, error) {
	r := router{k: k, actor: actor, now: k.moment()}
	return r.route(ctx, c)
}

// route is the whole way of a case from now on.
func (r *router) route(ctx context.Context, c caseInHand) (Route, error) {
	if err := r.k.freshen(ctx); err != nil { // else a server that has not acted yet knows of no closed day
		return Route{}, err
	}
	start := r.now
	steps, end, err := r.walk(ctx, c, start)
	if err != nil {
		return Route{}, err
	}
	route := Route{Steps: steps, Estimated: r.estimated}
	route.Begin, route.End = ends(c.state)
	route.Rerouted = c.rerouted(steps)
	if end.After(start) {
		route.Latest = calendar.DateOf(end.In(r.k.location))
	}
	if last := c.kind.lastDay(c.values); !last.Before(calendar.DateOf(r.now.In(r.k.location))) && route.Latest.After(last) {
		route.Outlasts = last
	}
	if route.LeaverSigns, err = r.leaverSigns(ctx, c, steps); err != nil {
		return Route{}, err
	}
	return route, nil
}
