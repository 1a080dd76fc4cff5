package kittest_test

import (
	"testing"
	"time"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/kittest"
)

var (
	_ ismskit.Notifier    = (*kittest.Mailbox)(nil)
	_ ismskit.Searcher    = (*kittest.Directory)(nil)
	_ ismskit.Memberships = (*kittest.Directory)(nil)
	_ ismskit.Addresses   = (*kittest.Directory)(nil)
	_ ismskit.Deputising  = kittest.Deputising{}
)

func TestTheFakeDirectoryKeepsTheContract(t *testing.T) {
	at := time.Date(2026, time.November, 23, 9, 0, 0, 0, time.UTC)
	d := &kittest.Directory{
		People: map[string]kittest.Person{
			"P01": {Name: "顧維中", Post: "局長", Unit: "U00"},
			"P11": {Name: "邱柏叡", Post: "科長", Unit: "U06"},
			"P12": {Name: "范語彤", Post: "股長", Unit: "U06"},
			"P13": {Name: "鍾明哲", Post: "科員", Unit: "U06"},
			"P15": {Name: "駱建豪", Post: "技士", Unit: "U06", Left: at.AddDate(0, 0, -1)},
		},
		Units:    map[string]kittest.Unit{"U00": {Name: "民政局", Head: "P01"}, "U06": {Name: "戶政科", Head: "P11", Parent: "U00"}},
		Roles:    map[string][]string{"access/module_manager": {"P12"}},
		Rows:     map[string][]string{"systems/S01/admins": {"P12"}},
		Deputies: map[string][]string{"P11": {"P12"}},
		Away:     map[string]bool{"P11": true},
	}
	house := kittest.House{
		At: at, Person: "P13", Left: "P15", Unit: "U06", Head: "P11", Member: "P13",
		Module: "access", Role: "module_manager", RoleHolder: "P12",
		Register: "systems", Row: "S01", Field: "admins", RowPerson: "P12",
	}
	kittest.CheckDirectory(t, d, house)
	kittest.CheckDirectory(t, d.WithDeputies(), house)
}
