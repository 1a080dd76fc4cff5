package web_test

import (
	"net/http"
	"testing"

	"github.com/ismskit/ismskit/refserver/web/webtest"
)

// What was put away in one window is not thrown away by a result that is recorded in another, opened
// before: he is told what it is first, and may go on all the same.
func TestAResultDoesNotThrowAwayWhatAnotherWindowKept(t *testing.T) {
	h := webtest.OpenHouse(t)
	at, head := aSheet(t, h), h.As(t, "P04")
	older := head.Get(at)
	filled := head.Post(at+"/act", inTask(older, "same.items.successor.find", "范語彤", "do", "same:items.successor")...)
	head.Post(at+"/act", inTask(head.Get(at), "comment", "甲窗之意見", "do", "hold")...).Says(t, http.StatusOK, "暫存，尚未送出")
	told := head.Post(at+"/act", inTask(filled, "do", "approve")...).Says(t, http.StatusConflict, "另一個視窗", "甲窗之意見", "范語彤")
	// A page that is drawn anew for something else has not shown it.
	head.Post(at+"/act", inTask(filled, "do", "approve")...).Says(t, http.StatusConflict, "甲窗之意見")
	head.Post(at+"/act", inTask(told, "do", "approve")...).Says(t, http.StatusOK, "同意。")
}
