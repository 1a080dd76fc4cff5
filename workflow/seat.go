package workflow

import (
	"maps"
	"slices"
	"strings"
)

// Seat gives people to the steps that a turn asks for and goes on from there; it
// may ask again, when a step is passed by, or another has got its people. Every step asked for must be answered,
// once. ErrNobody names the step for which nobody was found, ErrApart one for which the
// separation of duties leaves nobody, ErrSeparation a person who may not act there.
func (c *Compiled) Seat(t Turn, answers []Found, f Facts) (Turn, error) {
	r, err := c.begin(t.State, f, t.At)
	if err != nil {
		return Turn{}, err
	}
	r.ev = append(make([]Event, 0, len(t.Events)+2), t.Events...)
	byAsk := make(map[asked]*Found, len(answers))
	for i := range answers {
		key := asked{answers[i].Step, answers[i].Purpose, answers[i].Task}
		if byAsk[key] != nil {
			return Turn{}, refuse(ErrAnswer, answers[i].Step, "what", "twice")
		}
		byAsk[key] = &answers[i]
	}
	for _, ask := range t.Ask {
		p := c.byID[ask.Step]
		if p == nil || p.step == nil || ask.Purpose == "" && r.mark(p).Status != MarkWanted {
			return Turn{}, refuse(ErrAnswer, ask.Step, "what", "not asked")
		}
		key := asked{ask.Step, ask.Purpose, ask.Task}
		found := byAsk[key]
		if found == nil {
			return Turn{}, r.nobody(p, ask)
		}
		delete(byAsk, key)
		if ask.Purpose == "" && r.takenMeanwhile(p, ask, found) {
			r.wantPeople(p)
			continue
		}
		if err := r.seat(p, ask, found); err != nil {
			return Turn{}, err
		}
	}
	for key := range byAsk {
		return Turn{}, refuse(ErrAnswer, key.step, "what", "not asked")
	}
	if r.s.Phase == PhaseRunning {
		if err := r.advance(); err != nil {
			return Turn{}, err
		}
	}
	return r.turn(), nil
}

// takenMeanwhile says whether somebody was found for a step who was free when it was asked for,
// and whom another step it is kept apart from has got since, in this turn: branches that begin at
// the same time. Somebody else may be left, so the step asks anew.
func (r *run) takenMeanwhile(p *place, ask Ask, found *Found) bool {
	return slices.ContainsFunc(r.excluded(p), func(person string) bool {
		return hasPerson(found.Signers, person) && !slices.Contains(ask.Exclude, person)
	})
}

// asked is what one answer belongs to.
type asked struct {
	step    string
	purpose Purpose
	task    string
}

func (r *run) nobody(p *place, ask Ask) error {
	how := make([]string, len(ask.Alternatives))
	for i, alt := range ask.Alternatives {
		how[i] = alt.Who.words()
	}
	return refuse(ErrNobody, p.id, "step", p.step.Name.In("zh-TW"), "step_en", p.step.Name.In("en"), "who", how)
}

// nobodyLeft refuses a step that only those could do who may not, and names the
// rule and them; without any it is as if nobody had been found.
func (r *run) nobodyLeft(p *place, ask Ask, barred []Signer) error {
	if len(barred) == 0 {
		return r.nobody(p, ask)
	}
	var zh, en, names []string
	for _, s := range barred {
		names = append(names, s.Name)
		z, e := r.c.called(r.barredBy(p, s.Person, nil))
		if !slices.Contains(zh, z) {
			zh, en = append(zh, z), append(en, e)
		}
	}
	return refuse(ErrApart, p.id, "step", p.step.Name.In("zh-TW"), "step_en", p.step.Name.In("en"),
		"other", listed("zh-TW", zh), "other_en", listed("en", en), "people", listed("zh-TW", names), "people_en", listed("en", names))
}

// listed is a list in a sentence of a language.
func listed(lang string, words []string) string {
	return strings.Join(words, sentence("word.list", lang, nil))
}

// words name a way to find people, for those who must mend it.
func (w Who) words() string {
	s := string(w.Kind)
	for _, part := range append([]string{w.Module, w.Role, w.Register, w.Field, w.Of, w.Step}, w.IDs...) {
		if part != "" {
			s += " " + part
		}
	}
	return s
}

func (r *run) seat(p *place, ask Ask, found *Found) error {
	switch ask.Purpose {
	case "":
	case PurposeNext:
		return r.seatNext(p, ask, found)
	case PurposeInstead:
		return r.seatInstead(p, ask, found)
	default:
		return r.seatExtra(p, ask, found)
	}
	if found.Alternative < 0 || found.Alternative >= len(p.step.Who) {
		return refuse(ErrAnswer, p.id, "what", "alternative")
	}
	if err := validFound(found); err != nil {
		return err
	}
	if found.Pool != "" {
		if len(found.Signers) > 0 || p.step.Need.Kind != "" && p.step.Need.Kind != CountAny {
			return refuse(ErrAnswer, p.id, "what", "pool")
		}
		return r.seatPool(p, found)
	}
	var signers []Signer
	for _, s := range found.Signers {
		if s.Person == "" {
			return refuse(ErrAnswer, p.id, "what", "person")
		}
		if !hasPerson(signers, s.Person) {
			signers = append(signers, s)
		}
	}
	if len(signers) == 0 {
		return r.nobodyLeft(p, ask, found.Barred)
	}
	barred := 0
	for _, person := range r.excluded(p) {
		if hasPerson(signers, person) {
			barred++
			if !found.Alone || p.step.Alone == nil {
				return r.separated(p, signers[slices.IndexFunc(signers, func(s Signer) bool { return s.Person == person })], r.barredBy(p, person, nil))
			}
		}
	}
	if found.Alone && barred == 0 {
		return refuse(ErrAnswer, p.id, "what", "alone")
	}
	return r.seatNamed(p, found, signers)
}

func validFound(f *Found) error {
	for _, s := range f.Signers {
		if err := validSigner(s); err != nil {
			return err
		}
	}
	for k, v := range f.Why {
		if err := validText(k, v); err != nil {
			return err
		}
	}
	return validText(f.Pool, f.DueDate)
}

func (r *run) seatPool(p *place, found *Found) error {
	if err := r.openStep(p, 1); err != nil {
		return err
	}
	return r.openTask(p, found, Holder{Pool: found.Pool}, fireOpen)
}

// seatCopies sends copies; nobody waits for them to be read.
func (r *run) seatCopies(p *place, signers []Signer) error {
	sent := r.copies(p.id, Signer{}, signers)
	m := r.setMark(p, MarkDone)
	m.Result = string(VerbCopy)
	if len(sent) > 0 {
		r.event(Event{Kind: EventCopied, Node: p.id, People: sent})
	}
	r.event(Event{Kind: EventStepClosed, Node: p.id, Result: m.Result})
	return nil
}

// seatNamed opens one task that all share when any is enough, else one each. Who
// has approved already is passed by where the step says so.
func (r *run) seatNamed(p *place, found *Found, signers []Signer) error {
	if p.step.Kind == KindCopy {
		return r.seatCopies(p, signers)
	}
	before := func(Signer) bool { return false }
	if p.step.SameSigner == SameSignerSkip {
		before = r.approvedBefore
	}
	need, enough := p.step.Need.needed(signers)
	switch {
	case !enough:
		return refuse(ErrQuorum, p.id, "n", need, "of", len(signers))
	case p.step.Need.InOrder:
		return r.seatInOrder(p, found, signers, need)
	case p.step.Need.Shared():
		if err := r.openStep(p, 1); err != nil {
			return err
		}
		for _, s := range signers {
			if before(s) {
				if err := r.openTask(p, found, Holder{Named: []Signer{s}}, fireSkip); err != nil {
					return err
				}
				return r.settle(p)
			}
		}
		return r.openTask(p, found, Holder{Named: signers}, fireOpen)
	}
	if err := r.openStep(p, need); err != nil {
		return err
	}
	for _, s := range signers {
		how := fireOpen
		if before(s) {
			how = fireSkip
		}
		if err := r.openTask(p, found, Holder{Named: []Signer{s}}, how); err != nil {
			return err
		}
	}
	return r.settle(p)
}

// seatInOrder opens the task of the first and lets the others stand in line.
func (r *run) seatInOrder(p *place, found *Found, signers []Signer, need int) error {
	if err := r.openStep(p, need); err != nil {
		return err
	}
	m := r.mark(p)
	if m.Way = found.Alternative; len(signers) > 1 {
		m.Queue = signers[1:len(signers):len(signers)]
	}
	if p.step.SameSigner == SameSignerSkip && r.approvedBefore(signers[0]) {
		if err := r.openTask(p, found, Holder{Named: signers[:1]}, fireSkip); err != nil {
			return err
		}
		return r.settle(p)
	}
	return r.openTask(p, found, Holder{Named: signers[:1]}, fireOpen)
}

// seatNext opens the task of the next in line; if he has left, whoever the step's
// way finds in his place.
func (r *run) seatNext(p *place, ask Ask, found *Found) error {
	if err := validFound(found); err != nil {
		return err
	}
	if len(found.Signers) == 0 {
		return r.nobody(p, ask)
	}
	next := *found // the caller's answer stays as it is
	next.Alternative = r.mark(p).Way
	found = &next
	how := fireOpen
	if p.step.SameSigner == SameSignerSkip && r.approvedBefore(found.Signers[0]) {
		how = fireSkip
	}
	if err := r.openTask(p, found, Holder{Named: found.Signers[:1]}, how); err != nil {
		return err
	}
	return r.settle(p)
}

// approvedBefore says whether somebody's approval of another step still counts.
// A deputy's own signature elsewhere is not his principal's, nor the reverse.
func (r *run) approvedBefore(s Signer) bool {
	for i := range r.s.Tasks {
		t := &r.s.Tasks[i]
		if t.Status == TaskDone && t.Verb == VerbApprove && (t.Kind == KindReview || t.Kind == KindApprove || t.Kind == KindAttest) && t.principal().Person == s.Person {
			return true
		}
	}
	return false
}

func (r *run) openStep(p *place, need int) error {
	m := r.setMark(p, MarkOpen)
	m.From, m.Need = r.s.Next, need
	r.event(Event{Kind: EventStepOpened, Node: p.id})
	return nil
}

func (r *run) openTask(p *place, found *Found, h Holder, how trigger) error {
	status, err := taskNew.follow(how)
	if err != nil {
		return err
	}
	t := Task{
		ID: r.next("t"), Step: p.id, Kind: p.step.Kind, Round: r.s.Round, Pass: r.pass(p), Status: status, Holder: h,
		Alternative: found.Alternative, Alone: found.Alone,
		Opened: r.at, Due: micro(found.Due), DueDate: found.DueDate,
	}
	if p.step.Need.Kind == CountWeighted {
		t.Weight = p.step.Need.weight(h.Named)
	}
	if len(found.Why) > 0 {
		t.Why = maps.Clone(found.Why)
	}
	kind := EventTaskOpened
	if status == TaskSkipped {
		t.Closed, t.By = r.at, &h.Named[0]
		kind = EventTaskClosed
	} else if out, err := r.outside(p); err != nil {
		return err
	} else {
		t.Outside = out
	}
	r.s.Tasks = append(r.s.Tasks, t)
	r.event(Event{Kind: kind, Node: p.id, Task: t.ID, Status: status, Holder: &t.Holder})
	return nil
}

// outside is an empty note when the step is carried out by an outside office.
func (r *run) outside(p *place) (*OutsideNote, error) {
	o := p.step.Outside
	if o == nil {
		return nil, nil
	}
	if o.When != "" {
		if ok, err := r.holds(p, o.When); err != nil || !ok {
			return nil, err
		}
	}
	return &OutsideNote{}, nil
}

// pass is the pass of the innermost repeat around a place, 0 for none.
func (r *run) pass(p *place) int {
	for a := p.parent; a != nil; a = a.parent {
		if a.kind == repeatNode {
			return r.mark(a).Take
		}
	}
	return 0
}
