package api

import (
	"time"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/workflow"
)

// May says what the reader may do beside tasks.
type May struct {
	Edit     bool `json:"edit"`
	Withdraw bool `json:"withdraw"`
	Comment  bool `json:"comment"`
	SetYear  bool `json:"set_year" doc:"File it under another working year."`
}

// OtherAct is an act on a case, or on somebody's task, that is not one's turn.
type OtherAct struct {
	Verb   string `json:"verb"`
	Task   string `json:"task,omitempty" doc:"The task it is about; missing for the whole case."`
	Step   string `json:"step,omitempty"`
	Holder string `json:"holder,omitempty" doc:"Whose task that is."`
	Reason bool   `json:"reason,omitempty" doc:"A reason must be given."`
	People bool   `json:"people,omitempty" doc:"It names people."`
	Why    string `json:"why,omitempty" doc:"Why it is asked of the reader: nobody acts for a holder who is away."`
	Person string `json:"person,omitempty" doc:"Whom remove_signer is to name in people: he would sign after that task."`
	Name   string `json:"name,omitempty" doc:"His name."`
	// Fields are those that a correction may change.
	Fields []string `json:"fields,omitempty" nullable:"false" doc:"Fields of the form that come with it in values: amend."`
}

// ExtendLimits is how more time may be asked for, and who decides.
type ExtendLimits struct {
	Left  int          `json:"left" doc:"How often still."`
	Each  string       `json:"each,omitempty" doc:"At most at a time, as 3wd; missing where there is no limit."`
	Total string       `json:"total,omitempty" doc:"At most together."`
	Tiers []ExtendTier `json:"tiers" nullable:"false" doc:"Who decides, the smallest first."`
}

// ExtendTier is who decides on more time of a certain length.
type ExtendTier struct {
	UpTo string   `json:"up_to,omitempty" doc:"What it comes to together; missing for any length."`
	By   []Signer `json:"by" nullable:"false" doc:"Any one of them; as they are now."`
}

func extendLimits(l *ismskit.ExtendLimits) *ExtendLimits {
	if l == nil {
		return nil
	}
	out := &ExtendLimits{Left: l.Left, Each: l.Each, Total: l.Total, Tiers: []ExtendTier{}}
	for _, t := range l.Tiers {
		out.Tiers = append(out.Tiers, ExtendTier{UpTo: t.UpTo, By: append([]Signer{}, signers(t.By)...)})
	}
	return out
}

// MyTask is an open task the reader may do, with what he may do in it.
type MyTask struct {
	ID      string   `json:"id"`
	Step    string   `json:"step"`
	Name    string   `json:"name,omitempty"`
	Kind    string   `json:"kind"`
	Why     string   `json:"why,omitempty" doc:"Why the reader."`
	Asked   string   `json:"asked,omitempty" doc:"What whoever gave it to the reader wrote with it."`
	Chased  *Chase   `json:"chased,omitempty" doc:"Who chased the reader last (verb chase)."`
	For     *Signer  `json:"for,omitempty" doc:"The principal, when as deputy."`
	Away    string   `json:"away,omitempty" doc:"Why the principal is away."`
	Offers  []Offer  `json:"offers" nullable:"false" doc:"The verbs to choose from."`
	Edit    []string `json:"edit" nullable:"false" doc:"Fields that may be changed."`
	Require []string `json:"require" nullable:"false" doc:"Fields that must be answered."`
	Reauth  bool     `json:"reauth,omitempty" doc:"Who decides it shows once more who he is: password in the action."`
	// Certificate is of whoever decides.
	Certificate string        `json:"certificate,omitempty" enum:"must,later" doc:"Who decides it signs with his certificate (certificate in the action); with later he may make up for it (owe)."`
	Owed        string        `json:"owed,omitempty" doc:"The task of the decision that he makes up for here with his certificate."`
	MoreTime    *MoreTime     `json:"more_time,omitempty" doc:"What is asked for, where the reader grants more time."`
	Extend      *ExtendLimits `json:"extend,omitempty" doc:"How more time may be asked for (verb extend); missing where it may not."`
	Opened      time.Time     `json:"opened"`
	Due         time.Time     `json:"due,omitzero"`
	DueDate     string        `json:"due_date,omitempty" format:"date"`
	Term        string        `json:"term,omitempty"`
	Counted     time.Time     `json:"counted_from,omitzero" doc:"From when the due date was counted; missing where it was not, as when more time was granted."`
	Left        int           `json:"left,omitempty" doc:"Working days left; negative when late."`
	Outside     bool          `json:"outside,omitempty" doc:"An office without accounts carries it out; the reader enters what was sent and what came back."`
	OutsideTo   string        `json:"outside_to,omitempty"`
	Unasked     bool          `json:"may_be_unasked,omitempty" doc:"The office was asked before: a result may say in outside.unasked why it was not asked again."`
	Waits       bool          `json:"waits,omitempty" doc:"It was sent out and no answer has come."`
	Standing    *Standing     `json:"standing,omitempty" doc:"How it stands where an office outside carries it out."`
	Next        string        `json:"next,omitempty" doc:"The verb that is expected of the reader."`
}

// Chase is the last time that whoever has a task was chased by an officer or a superior.
type Chase struct {
	By      Signer    `json:"by"`
	At      time.Time `json:"at"`
	Comment string    `json:"comment,omitempty"`
	Times   int       `json:"times" doc:"How often in all."`
}

func chase(c *workflow.Chase) *Chase {
	if c == nil {
		return nil
	}
	return &Chase{By: signer(c.By), At: c.At, Comment: c.Comment, Times: c.Times}
}

// Offer is a verb that a task offers.
type Offer struct {
	Verb    string   `json:"verb"`
	Reason  bool     `json:"reason,omitempty" doc:"A reason must be given."`
	To      []string `json:"to,omitempty" nullable:"false" doc:"Where it may be returned to."`
	Results []Result `json:"results,omitempty" nullable:"false" doc:"To choose from, for record."`
	Detour  bool     `json:"detour,omitempty" doc:"It decides nothing yet."`
	People  bool     `json:"people,omitempty" doc:"It names people."`
	Choose  []Pick   `json:"choose,omitempty" nullable:"false" doc:"Later steps whose people come with the decision."`
}

// Pick is a later step whose people somebody chooses.
type Pick struct {
	Step string `json:"step"`
	Max  int    `json:"max,omitempty" doc:"At most so many; missing for no limit but that of people in one act."`
}

// Result is one outcome of handling.
type Result struct {
	Key     string   `json:"key"`
	Text    string   `json:"text"`
	Require []string `json:"require,omitempty" nullable:"false" doc:"Fields that it asks for."`
}

func myTask(t ismskit.MyTask, lang string) MyTask {
	out := MyTask{
		ID: t.ID, Step: t.Step, Name: in(t.Name, lang), Kind: string(t.Kind), Why: in(t.Why, lang), Asked: t.Asked, Chased: chase(t.Chase), For: signerOrNil(t.For), Away: t.Away,
		Offers: []Offer{}, Edit: list(t.Edit), Require: list(t.Require), Reauth: t.Reauth, Opened: t.Opened, Due: t.Due, DueDate: t.DueDate,
		Term: t.Term, Counted: t.CountedFrom, Left: t.Left, Outside: t.Outside, OutsideTo: in(t.OutsideTo, lang), Unasked: t.MayBeUnasked, Waits: t.Waits, Standing: standing(t.Standing, lang), Next: string(t.Next),
	}
	out.MoreTime, out.Extend = moreTime(t.MoreTime, lang), extendLimits(t.Extend)
	if out.Certificate = string(t.Certificate); t.Owed != nil {
		out.Owed = t.Owed.ID
	}
	for _, o := range t.Offers {
		out.Offers = append(out.Offers, offer(o, lang))
	}
	return out
}

func offer(o workflow.Offer, lang string) Offer {
	out := Offer{Verb: string(o.Verb), Reason: o.Reason, To: o.To, Detour: o.Detour, People: o.People}
	for _, p := range o.Choose {
		out.Choose = append(out.Choose, Pick{Step: p.Step, Max: p.Max})
	}
	for _, r := range o.Results {
		out.Results = append(out.Results, Result{Key: r.Key, Text: in(r.Text, lang), Require: r.Require})
	}
	return out
}
