package record

import (
	"embed"
	"encoding/json"
	"strings"
	"sync"
)

// States of a record. They are keys; Word has what people read.
const (
	StateDraft      = "draft"      // 草稿
	StateInReview   = "in_review"  // 陳核中
	StateConsulting = "consulting" // 會辦中
	StateHandling   = "handling"   // 處置中
	StateAsking     = "asking"     // 待回覆
	StateOutside    = "outside"    // 等候外部回復
	StateConfirming = "confirming" // 待確認
	StateReading    = "reading"    // 傳閱中
	StateRunning    = "running"    // 辦理中, where nothing more exact is known
	StateSuspended  = "suspended"  // 停止計時
	StateReturned   = "returned"   // 退回補正
	StateApproved   = "approved"   // 已結案
	StateClosed     = "closed"     // 已結案
	StateLapsed     = "lapsed"     // 逾期未確認，系統結案
	StateUnanswered = "unanswered" // 逾期未回復，系統結案: what lapsed was a question
	StateRejected   = "rejected"   // 不予核准
	StateUnable     = "unable"     // 無法辦理
	StateWithdrawn  = "withdrawn"  // 已撤案
	StateVoid       = "void"       // 作廢
	StatePaper      = "paper"      // 轉紙本續辦

	StateWaiting    = "waiting"    // 已核准待發行, of a document version
	StateCurrent    = "current"    // 現行
	StateSuperseded = "superseded" // 舊版
	StateStopped    = "stopped"    // 停止適用
	StateRetired    = "retired"    // 已廢止

	StateKept      = "kept"      // 留存, of an upload
	StateDisposed  = "disposed"  // 已銷毀, of what was kept for its time
	StateRetracted = "retracted" // 已撤回, of one that was wrongly filed
)

// OpenStates are those of a case that was sent and has not ended: what StateOf gives
// where its phase is neither draft nor closed, and StateOutside.
func OpenStates() []string {
	return []string{StateInReview, StateConsulting, StateHandling, StateAsking, StateOutside, StateConfirming, StateReading, StateRunning, StateSuspended, StateReturned}
}

//go:embed texts/*.json
var textFiles embed.FS

var stateWords = sync.OnceValues(func() (map[string]map[string]string, error) {
	words := map[string]map[string]string{}
	for _, lang := range []string{"zh-TW", "en"} {
		b, err := textFiles.ReadFile("texts/" + lang + ".json")
		if err != nil {
			return nil, err
		}
		var m map[string]string
		if err := json.Unmarshal(b, &m); err != nil {
			return nil, err
		}
		words[lang] = m
	}
	return words, nil
})

// Word returns what people read for a state, in English for en and its variants,
// otherwise in Traditional Chinese. An unknown state is returned as it is.
func Word(state, lang string) string {
	words, err := stateWords()
	if err != nil { // the embedded catalogue is held by a test
		return state
	}
	catalogue := words["zh-TW"]
	if lang == "en" || strings.HasPrefix(lang, "en-") {
		catalogue = words["en"]
	}
	if w, ok := catalogue[state]; ok {
		return w
	}
	return state
}

// StateOf derives a case's state from plain words: the phase it is in (draft,
// running, returned, suspended, closed), the kind of the step it stands at
// (review, approve, consult, handle, question, confirm, attest, accept, read) and, once closed, how it
// ended. An ending it doesn't know is StateClosed.
func StateOf(phase, kind, outcome string) string {
	switch phase {
	case "draft":
		return StateDraft
	case "returned":
		return StateReturned
	case "suspended":
		return StateSuspended
	case "closed":
		if outcome == StateLapsed && kind != "" && kind != "confirm" && kind != "attest" && kind != "accept" {
			return StateUnanswered
		}
		return ending(outcome)
	}
	switch kind {
	case "review", "approve":
		return StateInReview
	case "consult":
		return StateConsulting
	case "handle":
		return StateHandling
	case "question":
		return StateAsking
	case "confirm", "attest", "accept":
		return StateConfirming
	case "read":
		return StateReading
	}
	return StateRunning
}

func ending(outcome string) string {
	switch outcome {
	case StateApproved, StateLapsed, StateRejected, StateUnable, StateWithdrawn, StateVoid, StatePaper:
		return outcome
	}
	return StateClosed
}
