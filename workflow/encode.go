package workflow

import (
	"maps"
	"slices"
	"strconv"
	"time"
)

// Encode writes a state as it is stored, which only Parse reads: the same state
// always gives the same bytes. Every action writes all of a state, so it is JSON
// with keys of one letter, moments as microseconds since 1970, and whoever acted
// as one of the holders is written as his number among them. It takes little more
// than half of the room, so that most cases fit into one page of a database.
func (s State) Encode() []byte {
	w := writer{b: make([]byte, 0, 256+len(s.Marks)*96+len(s.Tasks)*320)}
	w.state(&s)
	return w.b
}

// writer appends JSON; a member that is its zero value is left out unless it
// says otherwise.
type writer struct {
	b     []byte
	comma bool
}

func (w *writer) open(c byte) {
	w.b = append(w.b, c)
	w.comma = false
}

func (w *writer) shut(c byte) {
	w.b = append(w.b, c)
	w.comma = true
}

func (w *writer) next() {
	if w.comma {
		w.b = append(w.b, ',')
	}
	w.comma = true
}

func (w *writer) key(k string) {
	w.next()
	w.b = append(w.b, '"')
	w.b = append(w.b, k...)
	w.b = append(w.b, '"', ':')
}

func (w *writer) text(k, v string) {
	if v != "" {
		w.always(k, v)
	}
}

func (w *writer) always(k, v string) {
	w.key(k)
	w.b = appendText(w.b, v)
}

func (w *writer) count(k string, v int) {
	if v != 0 {
		w.key(k)
		w.b = strconv.AppendInt(w.b, int64(v), 10)
	}
}

func (w *writer) moment(k string, v time.Time) {
	if v.IsZero() {
		return
	}
	w.key(k)
	w.b = strconv.AppendInt(w.b, v.UnixMicro(), 10)
}

func (w *writer) flag(k string, v bool) {
	if v {
		w.key(k)
		w.b = append(w.b, "true"...)
	}
}

func (w *writer) list(k string, n int, item func(i int)) {
	if n == 0 {
		return
	}
	w.key(k)
	w.open('[')
	for i := range n {
		w.next()
		item(i)
	}
	w.shut(']')
}

func (w *writer) state(s *State) {
	w.open('{')
	w.always("f", s.Flow)
	w.always("p", string(s.Phase))
	w.text("o", string(s.Outcome))
	w.key("r")
	w.b = strconv.AppendInt(w.b, int64(s.Round), 10)
	w.signer("a", &s.Applicant)
	w.moment("s", s.Submitted)
	w.moment("c", s.Closed)
	w.text("e", string(s.Ending))
	if s.Returned != nil {
		w.returned("b", s.Returned)
	}
	w.list("m", len(s.Marks), func(i int) { w.mark(&s.Marks[i]) })
	w.list("t", len(s.Tasks), func(i int) { w.task(&s.Tasks[i]) })
	w.key("n")
	w.b = strconv.AppendInt(w.b, int64(s.Next), 10)
	w.list("h", len(s.Chosen), func(i int) { w.chosen(&s.Chosen[i]) })
	w.list("k", len(s.Copies), func(i int) { w.copy(&s.Copies[i]) })
	w.list("l", len(s.Stops), func(i int) { w.stop(&s.Stops[i]) })
	w.moment("u", s.Urged)
	w.shut('}')
}

func (w *writer) signer(k string, s *Signer) {
	w.key(k)
	w.person(s)
}

func (w *writer) person(s *Signer) {
	w.open('{')
	w.always("p", s.Person)
	w.text("n", s.Name)
	w.text("o", s.Post)
	w.text("t", s.PostTitle)
	w.text("u", s.Unit)
	w.text("v", s.UnitName)
	w.shut('}')
}

// among writes a signer as his number among the holders, from 1, if he is one of
// them to the letter; nil is left out.
func (w *writer) among(k string, s *Signer, holders []Signer) {
	if s == nil {
		return
	}
	if i := slices.Index(holders, *s); i >= 0 {
		w.count(k, i+1)
		return
	}
	w.signer(k, s)
}

func (w *writer) returned(k string, r *Returned) {
	w.key(k)
	w.open('{')
	w.always("s", r.Step)
	w.always("t", r.Task)
	w.signer("b", &r.By)
	if r.For != nil {
		w.signer("f", r.For)
	}
	w.always("r", r.Reason)
	w.moment("a", r.At)
	w.flag("k", r.Back)
	w.shut('}')
}

func (w *writer) chosen(c *Chosen) {
	w.open('{')
	w.always("s", c.Step)
	w.signer("b", &c.By)
	w.people("p", c.Signers)
	w.shut('}')
}

func (w *writer) copy(c *Copy) {
	w.open('{')
	w.signer("t", &c.To)
	if c.By != (Signer{}) {
		w.signer("b", &c.By)
	}
	w.text("s", c.Step)
	w.moment("a", c.At)
	w.moment("r", c.Read)
	w.shut('}')
}

func (w *writer) stop(s *Stop) {
	w.open('{')
	w.moment("f", s.From)
	w.moment("t", s.To)
	w.signer("b", &s.By)
	w.text("r", s.Reason)
	w.shut('}')
}

func (w *writer) people(k string, list []Signer) {
	w.list(k, len(list), func(i int) { w.person(&list[i]) })
}

func (w *writer) maybe(k string, s *Signer) {
	if s != nil {
		w.signer(k, s)
	}
}

func (w *writer) mark(m *Mark) {
	w.open('{')
	w.always("n", m.Node)
	w.always("s", string(m.Status))
	w.moment("a", m.Since)
	w.count("f", m.From)
	w.count("d", m.Need)
	w.count("k", m.Take)
	w.text("b", m.Batch)
	w.count("r", m.Rows)
	w.count("o", m.Opened)
	w.text("e", m.Result)
	w.people("q", m.Queue)
	w.count("w", m.Way)
	w.shut('}')
}

func (w *writer) task(t *Task) {
	w.open('{')
	w.always("i", t.ID)
	w.always("s", t.Step)
	w.always("k", string(t.Kind))
	w.key("r")
	w.b = strconv.AppendInt(w.b, int64(t.Round), 10)
	w.count("p", t.Pass)
	w.always("t", string(t.Status))
	w.list("h", len(t.Holder.Named), func(i int) { w.person(&t.Holder.Named[i]) })
	w.text("l", t.Holder.Pool)
	w.count("a", t.Alternative)
	if len(t.Why) > 0 {
		w.why("w", t.Why)
	}
	w.moment("o", t.Opened)
	w.moment("c", t.Closed)
	w.moment("d", t.Due)
	w.text("e", t.DueDate)
	w.text("v", string(t.Verb))
	w.text("u", t.Result)
	w.text("m", t.Comment)
	w.text("I", t.Owes)
	w.among("b", t.By, t.Holder.Named)
	w.among("f", t.For, t.Holder.Named)
	if t.Outside != nil {
		w.outside("x", t.Outside)
	}
	w.text("g", string(t.Origin))
	w.text("j", t.From)
	w.maybe("n", t.Giver)
	w.maybe("H", t.GivenFor)
	w.flag("q", t.Given)
	w.moment("E", t.Back)
	w.people("y", t.Then)
	w.maybe("z", t.Claimed)
	w.maybe("A", t.Appointed)
	w.flag("B", t.Alone)
	w.count("C", t.Extended)
	w.moment("F", t.Base)
	w.count("G", t.Weight)
	if c := t.Chase; c != nil {
		w.key("J")
		w.open('{')
		w.signer("b", &c.By)
		w.moment("a", c.At)
		w.text("m", c.Comment)
		w.count("n", c.Times)
		w.shut('}')
	}
	if e := t.Extension; e != nil {
		w.key("D")
		w.open('{')
		w.text("t", e.Term)
		w.moment("d", e.Due)
		w.text("e", e.DueDate)
		w.shut('}')
	}
	w.shut('}')
}

func (w *writer) why(k string, why map[string]string) {
	w.key(k)
	w.open('{')
	for _, k := range slices.Sorted(maps.Keys(why)) {
		w.next()
		w.b = append(appendText(w.b, k), ':')
		w.b = appendText(w.b, why[k])
	}
	w.shut('}')
}

func (w *writer) outside(k string, n *OutsideNote) {
	w.key(k)
	w.open('{')
	w.text("t", n.To)
	w.text("h", n.How)
	w.text("n", n.Number)
	w.moment("s", n.Sent)
	w.moment("e", n.Expected)
	w.text("d", n.ExpectedDate)
	w.text("x", n.Text)
	w.moment("r", n.Replied)
	w.text("m", n.ReplyNumber)
	w.text("y", n.Reply)
	w.list("p", len(n.Proof), func(i int) { w.b = appendText(w.b, n.Proof[i]) })
	w.text("u", n.Unasked)
	w.shut('}')
}

const hex = "0123456789abcdef"

// appendText writes a JSON string. The engine lets only valid UTF-8 into a state.
func appendText(b []byte, s string) []byte {
	b = append(b, '"')
	plain := 0
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c >= 0x20 && c != '"' && c != '\\' {
			continue
		}
		b = append(b, s[plain:i]...)
		plain = i + 1
		switch c {
		case '"', '\\':
			b = append(b, '\\', c)
		case '\n':
			b = append(b, '\\', 'n')
		case '\r':
			b = append(b, '\\', 'r')
		case '\t':
			b = append(b, '\\', 't')
		default:
			b = append(b, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		}
	}
	return append(append(b, s[plain:]...), '"')
}
