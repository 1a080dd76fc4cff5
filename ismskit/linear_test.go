package ismskit_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/workflow"
)

// signing is one request to a case, and whether it was carried out.
type signing struct {
	who  string
	verb workflow.Verb
}

// paper is the case as one would keep it on paper: who has signed, and whether it
// has ended.
type paper struct {
	signed string // one letter a signer, in the order of signers
	ended  bool
}

var signers = []string{"P04", "P05", "P06", "P10", "P12"}

// onPaper is what each request leads to when one follows another.
var onPaper = porcupine.Model{
	Init: func() any { return paper{signed: "....."} },
	Step: func(state, input, output any) (bool, any) {
		return onPaperNext(state.(paper), input.(signing), output.(bool))
	},
}

func onPaperNext(p paper, in signing, done bool) (bool, paper) {
	if in.verb == workflow.VerbWithdraw {
		if done == p.ended {
			return false, p // withdrawn twice, or refused while it ran
		}
		p.ended = true
		return true, p
	}
	for i, s := range signers {
		if s != in.who {
			continue
		}
		possible := !p.ended && p.signed[i] == '.'
		if done != possible {
			return false, p
		}
		if done {
			p.signed = p.signed[:i] + "x" + p.signed[i+1:]
			p.ended = p.signed == "xxxxx"
		}
		return true, p
	}
	return false, p
}

// Whatever many people do to one case in the same moment is what they could have
// done one after another.
func TestConcurrentActionsOnOneCaseAreInSomeOrder(t *testing.T) {
	flow := `{"key":"memo","version":"1","root":{"sequence":[{"step":{"id":"all","name":{"zh-TW":"會簽","en":"All sign"},"kind":"approve",
		"who":[{"kind":"person","ids":["P04","P05","P06","P10","P12"]}],"need":{"kind":"all"}}}]}}`
	rounds := 20
	if testing.Short() {
		rounds = 3
	}
	onEveryStore(t, func(t *testing.T, store ismskit.Store) {
		o := openOffice(t, store, memo(t, flow))
		for round := range rounds {
			id := o.memo()
			requests := []signing{{"P13", workflow.VerbWithdraw}}
			if round%2 == 0 {
				requests = nil // now and then nobody withdraws, and the last signature ends it
			}
			for _, s := range signers {
				requests = append(requests, signing{s, workflow.VerbApprove}, signing{s, workflow.VerbApprove})
			}
			var mu sync.Mutex
			var wg sync.WaitGroup
			var history []porcupine.Operation
			begin := time.Now()
			for i, in := range requests {
				wg.Go(func() {
					call := time.Since(begin).Nanoseconds()
					_, err := o.kit.Act(o.ctx, o.as(in.who), id, ismskit.Action{Verb: in.verb, Comment: "理由"})
					back := time.Since(begin).Nanoseconds()
					if err != nil && workflow.AsRefusal(err) == nil && !errors.Is(err, ismskit.ErrForbidden) {
						t.Errorf("%v: %v", in, err)
					}
					mu.Lock()
					defer mu.Unlock()
					history = append(history, porcupine.Operation{ClientId: i, Input: in, Call: call, Output: err == nil, Return: back})
				})
			}
			wg.Wait()
			if !porcupine.CheckOperations(onPaper, history) {
				t.Fatalf("round %d: no order explains %s", round, fmt.Sprint(history))
			}
		}
	})
}
