package workflow_test

import (
	"testing"

	"github.com/ismskit/ismskit/workflow"
)

// signedFlow is a review and an approval, both signed with a certificate that may be made up
// for later.
func signedFlow(t *testing.T) workflow.Flow {
	later := `"certificate":"later"`
	flow := parse(t, flowOf(step("head", "review", anyone, later), step("chief", "approve", anyone, later)))
	flow.Officers = []workflow.Who{{Kind: workflow.WhoRole, Role: "owner"}}
	return flow
}

func signedDesk(t *testing.T) *desk {
	d := newDesk(t, signedFlow(t), nil, seats("head", people("P11"), "chief", people("P12")))
	d.send()
	return d
}

// owedBy is the open task in which somebody makes up for a signature.
func (d *desk) owedBy(person string) string {
	d.t.Helper()
	for _, t := range d.s.Open() {
		if t.Origin == workflow.OriginOwed && t.Holder.Has(person) {
			return t.ID
		}
	}
	d.t.Fatalf("nothing is owed by %s: %+v", person, d.s.Open())
	return ""
}

// The head has left her card at home: the case goes on, and ends when she has made up for it,
// she and nobody for her.
func TestASignatureIsMadeUpForBeforeTheCaseEnds(t *testing.T) {
	d := signedDesk(t)
	head := d.open("head")
	agree := workflow.Action{Verb: workflow.VerbApprove, Task: head, By: person("P11")}
	d.refuse(workflow.ErrCertificate, agree)
	agree.Owe = "　"
	d.refuse(workflow.ErrCertificate, agree)
	agree.Owe, agree.Certified = "憑證未攜帶", true
	d.refuse(workflow.ErrOwe, agree)
	agree.Certified = false
	d.must(agree)
	owed := d.owedBy("P11")
	if offers := d.c.Offers(d.s, owed, nil); len(offers) != 1 || offers[0].Verb != workflow.VerbApprove || offers[0].Certificate != workflow.CertificateMust {
		t.Fatalf("offers %+v", offers)
	}
	d.must(workflow.Action{Verb: workflow.VerbApprove, Task: d.open("chief"), By: person("P12"), Certified: true})
	if d.s.Phase != workflow.PhaseRunning {
		t.Fatal("it ended with a signature owed")
	}

	p11, yes := person("P11"), workflow.Action{Verb: workflow.VerbApprove, Task: owed, By: person("P11")}
	d.refuse(workflow.ErrCertificate, yes)
	yes.Owe = "還是沒帶"
	d.refuse(workflow.ErrOwe, yes)
	d.refuse(workflow.ErrInPerson, workflow.Action{Verb: workflow.VerbApprove, Task: owed, By: person("P20"), For: &p11, Certified: true})
	d.refuse(workflow.ErrNotAssigned, workflow.Action{Verb: workflow.VerbApprove, Task: owed, By: person("P20"), Certified: true})
	d.refuse(workflow.ErrInPerson, workflow.Action{Verb: workflow.VerbReassign, Task: owed, By: person("P01"), People: people("P20"), Comment: "移交"})
	d.refuse(workflow.ErrInPerson, workflow.Action{Verb: workflow.VerbAppoint, Task: owed, By: person("P01"), People: people("P20"), Comment: "請假"})
	d.refuse(workflow.ErrVerb, workflow.Action{Verb: workflow.VerbDelegate, Task: owed, By: person("P11"), People: people("P20")})
	d.must(workflow.Action{Verb: workflow.VerbApprove, Task: owed, By: person("P11"), Certified: true})
	d.closed(workflow.OutcomeDone)
}

// What a deputy signed without his certificate he owes himself, as it is his certificate.
func TestADeputyOwesWhatHeSigned(t *testing.T) {
	d := signedDesk(t)
	p11 := person("P11")
	d.must(workflow.Action{Verb: workflow.VerbApprove, Task: d.open("head"), By: person("P20"), For: &p11, Owe: "讀卡機故障"})
	owed := d.owedBy("P20")
	d.must(workflow.Action{Verb: workflow.VerbApprove, Task: owed, By: person("P20"), Certified: true})
	d.must(workflow.Action{Verb: workflow.VerbApprove, Task: d.open("chief"), By: person("P12"), Certified: true})
	d.closed(workflow.OutcomeDone)
}

// A rejection stands at once, nobody else is asked, and the case ends with the last signature.
func TestARejectionWaitsForWhatIsOwed(t *testing.T) {
	d := signedDesk(t)
	d.must(workflow.Action{Verb: workflow.VerbApprove, Task: d.open("head"), By: person("P11"), Owe: "憑證未攜帶"})
	d.must(workflow.Action{Verb: workflow.VerbReject, Task: d.open("chief"), By: person("P12"), Comment: "經費不足", Owe: "憑證元件故障"})
	if d.s.Phase != workflow.PhaseRunning || d.s.Ending != workflow.OutcomeRejected || len(d.s.Open()) != 2 {
		t.Fatalf("%s, ending %s, open %+v", d.s.Phase, d.s.Ending, d.s.Open())
	}
	d.refuse(workflow.ErrWithdraw, workflow.Action{Verb: workflow.VerbWithdraw, By: person("P13"), Comment: "算了"})
	d.must(workflow.Action{Verb: workflow.VerbApprove, Task: d.owedBy("P12"), By: person("P12"), Certified: true})
	d.must(workflow.Action{Verb: workflow.VerbApprove, Task: d.owedBy("P11"), By: person("P11"), Certified: true})
	d.closed(workflow.OutcomeRejected)
}

// Who has left makes up for nothing: an officer waives it, with a reason, and not his own.
func TestAnOfficerWaivesWhatALeaverOwes(t *testing.T) {
	d := signedDesk(t)
	d.must(workflow.Action{Verb: workflow.VerbApprove, Task: d.open("head"), By: person("P11"), Owe: "憑證未攜帶"})
	owed := d.owedBy("P11")
	waive := workflow.Action{Verb: workflow.VerbWaive, Task: owed, By: person("P01")}
	d.refuse(workflow.ErrReason, waive)
	waive.Comment = "已於 12 月 1 日離職"
	d.refuse(workflow.ErrOwed, workflow.Action{Verb: workflow.VerbWaive, Task: d.open("chief"), By: person("P01"), Comment: "不必簽"})
	d.refuse(workflow.ErrSeparation, workflow.Action{Verb: workflow.VerbWaive, Task: owed, By: person("P11"), Comment: "自己免"})
	d.must(waive)
	if got, _ := d.s.Task(owed); got.Verb != workflow.VerbWaive || got.Comment == "" || got.By.Person != "P01" {
		t.Fatalf("waived %+v", got)
	}
	d.refuse(workflow.ErrNotOpen, waive)
	d.must(workflow.Action{Verb: workflow.VerbApprove, Task: d.open("chief"), By: person("P12"), Certified: true})
	d.closed(workflow.OutcomeDone)
}

// What makes a signature void makes void what is owed for it: a return, one that is taken
// back, and what was signed being changed.
func TestWhatIsOwedIsVoidWithTheSignature(t *testing.T) {
	for name, undo := range map[string]func(d *desk, head string){
		"returned": func(d *desk, _ string) {
			d.must(workflow.Action{Verb: workflow.VerbReturn, Task: d.open("chief"), By: person("P12"), Comment: "請補正"})
			d.must(workflow.Action{Verb: workflow.VerbSubmit, By: person("P13")})
		},
		"taken back": func(d *desk, head string) {
			d.must(workflow.Action{Verb: workflow.VerbTakeBack, Task: head, By: person("P11"), Comment: "誤簽"})
		},
		"changed": func(d *desk, _ string) {
			d.must(workflow.Action{Verb: workflow.VerbApprove, Task: d.open("chief"), By: person("P12"), Certified: true, Changed: []workflow.FieldChange{{Path: "reason"}}})
		},
	} {
		t.Run(name, func(t *testing.T) {
			d := signedDesk(t)
			head := d.open("head")
			d.must(workflow.Action{Verb: workflow.VerbApprove, Task: head, By: person("P11"), Owe: "憑證未攜帶"})
			owed := d.owedBy("P11")
			undo(d, head)
			if got, _ := d.s.Task(owed); got.Status != workflow.TaskVoid {
				t.Fatalf("what was owed is %s", got.Status)
			}
			for _, open := range d.s.Open() {
				if open.Origin == workflow.OriginOwed {
					t.Fatalf("still owed: %+v", open)
				}
			}
		})
	}
}

// A case that comes straight back to whoever returned it brings what is still owed with it.
func TestWhatIsOwedComesBackWithTheCase(t *testing.T) {
	flow := signedFlow(t)
	flow.Root.Sequence[1].Step.Resubmit = workflow.ResubmitBack
	d := newDesk(t, flow, nil, seats("head", people("P11"), "chief", people("P12")))
	d.send()
	d.must(workflow.Action{Verb: workflow.VerbApprove, Task: d.open("head"), By: person("P11"), Owe: "憑證未攜帶"})
	d.must(workflow.Action{Verb: workflow.VerbReturn, Task: d.open("chief"), By: person("P12"), Comment: "請補件"})
	if len(d.s.Open()) != 0 {
		t.Fatalf("open while it lies with the applicant: %+v", d.s.Open())
	}
	d.must(workflow.Action{Verb: workflow.VerbSubmit, By: person("P13")})
	d.must(workflow.Action{Verb: workflow.VerbApprove, Task: d.open("chief"), By: person("P12"), Certified: true})
	d.must(workflow.Action{Verb: workflow.VerbApprove, Task: d.owedBy("P11"), By: person("P11"), Certified: true})
	d.closed(workflow.OutcomeDone)
}

// The second pass of a repeat begins anew, and what is owed for the first one stays owed, though
// it was asked for again meanwhile.
func TestWhatIsOwedForAFormerPassStaysOwed(t *testing.T) {
	fix := step("fix", "review", anyone, `"certificate":"later"`)
	look := step("look", "review", anyone, `"return_to":["fix","applicant"],"resubmit":"back"`)
	flow := parse(t, flowOf(`{"repeat":{"id":"r","body":{"sequence":[`+fix+`,`+look+`]},"until":"major","max":3}}`))
	flow.Officers = []workflow.Who{{Kind: workflow.WhoRole, Role: "owner"}}
	d := newDesk(t, flow, values{holds: map[string]bool{"major": false}}, seats("fix", people("P11"), "look", people("P12")))
	d.send()
	d.must(workflow.Action{Verb: workflow.VerbApprove, Task: d.open("fix"), By: person("P11"), Owe: "憑證未攜帶"})
	d.must(workflow.Action{Verb: workflow.VerbApprove, Task: d.open("look"), By: person("P12")})

	signed := workflow.Action{Verb: workflow.VerbApprove, By: person("P11"), Certified: true}
	again := func() {
		t.Helper()
		for _, open := range d.s.Open() {
			if open.Step == "fix" && open.Origin == "" {
				signed.Task = open.ID
			}
		}
		d.must(signed)
	}
	again()
	d.must(workflow.Action{Verb: workflow.VerbReturn, Task: d.open("look"), By: person("P12"), To: workflow.Applicant, Comment: "請補件"})
	d.must(workflow.Action{Verb: workflow.VerbSubmit, By: person("P13")})
	d.must(workflow.Action{Verb: workflow.VerbReturn, Task: d.open("look"), By: person("P12"), To: "fix", Comment: "請再改"})
	again()
	d.f = values{holds: map[string]bool{"major": true}}
	d.must(workflow.Action{Verb: workflow.VerbApprove, Task: d.open("look"), By: person("P12")})
	d.must(workflow.Action{Verb: workflow.VerbApprove, Task: d.owedBy("P11"), By: person("P11"), Certified: true})
	d.closed(workflow.OutcomeDone)
}
