package api

import (
	"context"
	"net/http"
	"time"

	"github.com/ismskit/ismskit/ismskit"
)

// ReservedNumber is a number that is given by hand, on paper.
type ReservedNumber struct {
	Number string    `json:"number"`
	Type   string    `json:"type"`
	Title  string    `json:"title,omitempty" doc:"Of the type."`
	Block  string    `json:"block" doc:"Those that were reserved together."`
	State  string    `json:"state" enum:"free,used,void"`
	Reason string    `json:"reason" doc:"Why it was reserved."`
	Void   string    `json:"void_reason,omitempty" doc:"Why it is void."`
	From   string    `json:"from,omitempty" doc:"The case that goes on on paper under its own number."`
	Case   string    `json:"case,omitempty" doc:"As which it was entered afterwards."`
	By     string    `json:"by" doc:"Who changed it last."`
	At     time.Time `json:"at"`
}

type numbersRequest struct {
	Type string `query:"type" maxLength:"100" doc:"Of one type only."`
}

type numbersAnswer struct {
	Body struct {
		Items []ReservedNumber `json:"items" nullable:"false"`
	}
}

type reserveRequest struct {
	Keyed
	Body struct {
		Type   string `json:"type" maxLength:"100"`
		Unit   string `json:"unit,omitempty" maxLength:"100" doc:"Whose count, where the numbers of the type name the unit."`
		Count  int    `json:"count" doc:"How many."`
		Reason string `json:"reason" maxLength:"500"`
	}
}

type voidNumberRequest struct {
	Body struct {
		Number string `json:"number" maxLength:"100"`
		Reason string `json:"reason" maxLength:"500"`
	}
}

func (a *API) numberOperations() {
	add(a, operation{id: "list-numbers", method: http.MethodGet, path: "/numbers", tag: "records",
		summary: "Numbers reserved for what is signed on paper", refusals: []int{s404}}, a.listNumbers)
	add(a, operation{id: "reserve-numbers", method: http.MethodPost, path: "/numbers", tag: "records", created: true,
		summary: "Take a block of numbers out of the count of a type", refusals: []int{s404, s409}}, a.reserveNumbers)
	add(a, operation{id: "void-number", method: http.MethodPost, path: "/numbers/void", tag: "records",
		summary: "Declare a reserved number void", refusals: []int{s404}}, a.voidNumber)
}

func (a *API) listNumbers(ctx context.Context, in *numbersRequest) (*numbersAnswer, error) {
	all, err := a.kit.Records().PaperNumbers().List(ctx, actor(ctx), in.Type)
	return numbersOut(ctx, all), err
}

func (a *API) reserveNumbers(ctx context.Context, in *reserveRequest) (*numbersAnswer, error) {
	key, err := in.key()
	if err != nil {
		return nil, err
	}
	block, err := a.kit.Records().PaperNumbers().Reserve(ctx, actor(ctx), ismskit.Reservation{
		Type: in.Body.Type, Unit: in.Body.Unit, Count: in.Body.Count, Reason: in.Body.Reason, Key: key,
	})
	return numbersOut(ctx, block), err
}

func (a *API) voidNumber(ctx context.Context, in *voidNumberRequest) (*numbersAnswer, error) {
	if err := a.kit.Records().PaperNumbers().Void(ctx, actor(ctx), in.Body.Number, in.Body.Reason); err != nil {
		return nil, err
	}
	return a.listNumbers(ctx, &numbersRequest{})
}

func numbersOut(ctx context.Context, all []ismskit.ReservedNumber) *numbersAnswer {
	out := &numbersAnswer{}
	out.Body.Items = make([]ReservedNumber, len(all))
	for i, n := range all {
		out.Body.Items[i] = ReservedNumber{
			Number: n.Number, Type: n.Type, Title: n.Title.In(langOf(ctx)), Block: n.Block, State: n.State, Reason: n.Reason,
			Void: n.Void, From: n.From, Case: n.Case, By: n.By, At: n.At,
		}
	}
	return out
}
