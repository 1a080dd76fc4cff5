package ismskit_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/workflow"
)

// file is a case as it lies on the desks of an office: with the two who share it, with the
// bookkeeper one of them asked first, with the one it was given to, with the chief.
type file struct {
	at      string // "shared", "asked", "given", "chief", "returned", "ended"
	first   bool   // what the two share is still the first task
	claimed string
	by      string // who of the two signed the first task
}

const sharedFlow = `{"key":"memo","version":"1","officers":[{"kind":"person","ids":["P04"]}],"root":{"sequence":[
	{"step":{"id":"desk","name":{"zh-TW":"承辦","en":"Desk"},"kind":"review","who":[{"kind":"person","ids":["P05","P10"]}],"return_to":["applicant"]}},
	{"step":{"id":"chief","name":{"zh-TW":"局長","en":"Chief"},"kind":"approve","who":[{"kind":"person","ids":["P01"]}]}}]}}`

// onDesks is what each request leads to when one follows another.
var onDesks = porcupine.Model{
	Init: func() any { return file{at: "shared", first: true} },
	Step: func(state, input, output any) (bool, any) {
		before := state.(file)
		after, possible := before.next(input.(signing))
		if output.(bool) != possible {
			return false, before
		}
		return true, after
	},
}

// next is the file after a request, if it can be carried out; else it stays as it is.
func (f file) next(in signing) (after file, possible bool) {
	shares := (in.who == "P05" || in.who == "P10") && f.at == "shared" && (f.claimed == "" || f.claimed == in.who)
	after = f
	switch in.verb {
	case workflow.VerbClaim:
		possible = shares && f.claimed == ""
		after.claimed = in.who
	case workflow.VerbReturn:
		possible = shares
		after = file{at: "returned"}
	case workflow.VerbAddBefore:
		possible = shares
		after.at = "asked"
	case workflow.VerbReassign: // of the first task, by its number
		possible = f.at == "shared" && f.first
		after = file{at: "given"}
	case workflow.VerbTakeBack: // likewise
		possible = f.at == "chief" && f.by == in.who
		after.at, after.first, after.by = "shared", false, ""
	case workflow.VerbSubmit:
		possible = f.at == "returned"
		after = file{at: "shared"}
	case workflow.VerbWithdraw:
		possible = f.at != "ended"
		after = file{at: "ended"}
	case workflow.VerbApprove:
		switch {
		case shares:
			possible, after.at = true, "chief"
			if f.first {
				after.by = in.who
			}
		case in.who == "P12" && f.at == "asked":
			possible, after.at = true, "shared"
		case in.who == "P06" && f.at == "given":
			possible, after.at = true, "chief"
		case in.who == "P01" && f.at == "chief":
			possible, after.at = true, "ended"
		}
	}
	if !possible {
		return f, false
	}
	return after, true
}

// drawn are the requests of each person in one round, one after the other.
func drawn(round int) map[string][]workflow.Verb {
	r := rand.New(rand.NewPCG(115, uint64(round)))
	some := func(n int, of ...workflow.Verb) []workflow.Verb {
		out := make([]workflow.Verb, n)
		for i := range out {
			out[i] = of[r.IntN(len(of))]
		}
		return out
	}
	out := map[string][]workflow.Verb{
		"P05": some(4, workflow.VerbClaim, workflow.VerbAddBefore, workflow.VerbApprove, workflow.VerbApprove, workflow.VerbTakeBack),
		"P10": some(4, workflow.VerbClaim, workflow.VerbReturn, workflow.VerbApprove, workflow.VerbApprove, workflow.VerbTakeBack),
		"P12": some(2, workflow.VerbApprove), "P06": some(2, workflow.VerbApprove), "P01": some(2, workflow.VerbApprove),
		"P13": some(3, workflow.VerbSubmit),
	}
	if round%3 == 0 {
		out["P04"] = some(1, workflow.VerbReassign)
	}
	if round%4 == 1 {
		out["P13"][2] = workflow.VerbWithdraw
	}
	return out
}

// request is a verb as its person asks for it.
func request(verb workflow.Verb) ismskit.Action {
	a := ismskit.Action{Verb: verb, Comment: "理由"}
	switch verb {
	case workflow.VerbAddBefore:
		a.People = []string{"P12"}
	case workflow.VerbReassign:
		a.Task, a.People = "t1", []string{"P06"}
	case workflow.VerbTakeBack:
		a.Task = "t1"
	}
	return a
}

// Two who share a task take it, sign it, have it looked at, send it back and take back what they
// signed, while an officer gives it away, the chief signs and the applicant sends it again or
// withdraws: whatever comes of it is what could have come of it one after another.
func TestConcurrentDetoursOnOneCaseAreInSomeOrder(t *testing.T) {
	rounds := 30
	if testing.Short() {
		rounds = 4
	}
	done := map[workflow.Verb]int{}
	onEveryStore(t, func(t *testing.T, store ismskit.Store) {
		o := openOffice(t, store, memo(t, sharedFlow))
		for round := range rounds {
			id := o.memo()
			var mu sync.Mutex
			var wg sync.WaitGroup
			var history []porcupine.Operation
			begin := time.Now()
			client := 0
			for who, verbs := range drawn(round) {
				n := client
				client++
				wg.Go(func() {
					for _, verb := range verbs {
						call := time.Since(begin).Nanoseconds()
						_, err := o.kit.Act(o.ctx, o.as(who), id, request(verb))
						back := time.Since(begin).Nanoseconds()
						if err != nil && workflow.AsRefusal(err) == nil && !errors.Is(err, ismskit.ErrForbidden) && !errors.Is(err, ismskit.ErrNotFound) {
							t.Errorf("%s by %s: %v", verb, who, err)
						}
						mu.Lock()
						history = append(history, porcupine.Operation{ClientId: n, Input: signing{who, verb}, Call: call, Output: err == nil, Return: back})
						if err == nil {
							done[verb]++
						}
						mu.Unlock()
					}
				})
			}
			wg.Wait()
			if porcupine.CheckOperationsTimeout(onDesks, history, 10*time.Second) != porcupine.Ok {
				t.Fatalf("round %d: no order explains %s", round, fmt.Sprint(history))
			}
			if c := o.read("P04", id); len(c.Faults) > 0 {
				t.Fatalf("round %d: the trail does not hold: %v", round, c.Faults)
			}
		}
	})
	t.Log("done: ", done)
	for _, verb := range []workflow.Verb{workflow.VerbClaim, workflow.VerbReturn, workflow.VerbReassign, workflow.VerbTakeBack, workflow.VerbAddBefore, workflow.VerbApprove, workflow.VerbWithdraw} {
		if done[verb] == 0 && !testing.Short() {
			t.Errorf("%s was never carried out", verb)
		}
	}
}

// rowsLeft is what a reader sees of a request: how many of its rows are still handled, and
// whether its applicant is asked to confirm what came of them.
type rowsLeft struct {
	left  int
	asked bool
}

// handling is one request about the rows: to record one of them, or to read how far they are.
type handling struct{ row string }

// onRows is a request of three rows as one would keep it on paper. When the rows are done its
// applicant is asked at some moment, and stays asked.
var onRows = porcupine.Model{
	Init: func() any { return [4]bool{} }, // a, b, c done, and asked
	Step: func(state, input, output any) (bool, any) {
		s := state.([4]bool)
		i := slices.Index([]string{"P05", "P10", "P06"}, input.(handling).row)
		if i >= 0 {
			done := output.(bool)
			if done == s[i] {
				return false, s // recorded twice, or refused while it was open
			}
			s[i] = true
			return true, s
		}
		saw, left := output.(rowsLeft), 0
		for _, done := range s[:3] {
			if !done {
				left++
			}
		}
		if saw.left != left || s[3] && !saw.asked || saw.asked && left > 0 {
			return false, s
		}
		s[3] = saw.asked
		return true, s
	},
}

// The last rows of a request are recorded in the same moment, each in two windows, while two
// servers carry out what is due and somebody looks: each is recorded once, nobody sees less than
// before, and the request goes on exactly once.
func TestTheLastRowsOfARequestEndAtTheSameTime(t *testing.T) {
	rounds := 8
	if testing.Short() {
		rounds = 2
	}
	onEveryStore(t, func(t *testing.T, store ismskit.Store) {
		o := openOffice(t, store)
		for round := range rounds {
			id := o.apply("P13", threeRows()).Case
			o.act("P11", id, ismskit.Action{Verb: workflow.VerbApprove})
			o.settle()
			o.sendOut("P06")
			rows := map[string]string{}
			for _, who := range []string{"P05", "P10", "P06"} {
				rows[who] = o.todo(who)[0].Case
			}
			var mu sync.Mutex
			var wg sync.WaitGroup
			var history []porcupine.Operation
			begin := time.Now()
			client := 0
			does := func(times int, in handling, do func() any) {
				n := client
				client++
				wg.Go(func() {
					for range times {
						call := time.Since(begin).Nanoseconds()
						out := do()
						back := time.Since(begin).Nanoseconds()
						mu.Lock()
						history = append(history, porcupine.Operation{ClientId: n, Input: in, Call: call, Output: out, Return: back})
						mu.Unlock()
					}
				})
			}
			for who, row := range rows {
				a := ismskit.Action{Verb: workflow.VerbRecord, Result: "opened"}
				if who == "P06" {
					a.Outside = &workflow.OutsideNote{ReplyNumber: "B-1", Reply: "已建立", Replied: o.now, Proof: []string{"reply.pdf"}}
				}
				for range 2 {
					does(1, handling{who}, func() any {
						_, err := o.kit.Act(o.ctx, o.as(who), row, a)
						if err != nil && workflow.AsRefusal(err) == nil && !errors.Is(err, ismskit.ErrForbidden) {
							t.Errorf("%s: %v", who, err)
						}
						return err == nil
					})
				}
			}
			does(6, handling{}, func() any {
				c, err := o.kit.Case(o.ctx, o.as("P13"), id)
				if err != nil {
					t.Error(err)
				}
				return rowsLeft{c.Of - c.Done, slices.ContainsFunc(c.Mine, func(m ismskit.MyTask) bool { return m.Step == "confirm" })}
			})
			for range 2 {
				wg.Go(func() {
					for range 3 {
						if err := o.kit.RunUntil(o.ctx, o.now); err != nil {
							t.Error(err)
						}
					}
				})
			}
			wg.Wait()
			if porcupine.CheckOperationsTimeout(onRows, history, 10*time.Second) != porcupine.Ok {
				t.Fatalf("round %d: no order explains %s", round, fmt.Sprint(history))
			}
			o.settle()
			joined := 0
			c := o.read("P13", id)
			for _, e := range c.Trail {
				if e.Verb == workflow.VerbJoin {
					joined++
				}
			}
			if open := c.Flow.Open(); joined != 1 || len(open) != 1 || open[0].Step != "confirm" {
				t.Fatalf("round %d: went on %d times, open %v", round, joined, open)
			}
			o.act("P13", id, ismskit.Action{Verb: workflow.VerbApprove})
			o.settle()
		}
	})
}
