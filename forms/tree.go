package forms

import (
	"encoding/json"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// readTree fills into (a pointer to a struct) from a tree of JSON values, strictly: keys are matched exactly, an
// unknown key is reported with its path, and so is every value of the wrong type. It reports whether all was fine.
func readTree(r Report, tree, into any) bool {
	problems := Problems{}
	reader := Report{r.path, &problems}
	fillValue(reader, tree, reflect.ValueOf(into).Elem())
	if r.into != nil {
		*r.into = append(*r.into, problems...)
	}
	return len(problems) == 0
}

func fillValue(r Report, tree any, v reflect.Value) {
	if tree == nil {
		return
	}
	if v.Type() == reflect.TypeFor[Limit]() {
		fillLimit(r, tree, v)
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fillValue(r, tree, v.Elem())
	case reflect.Struct:
		fillStruct(r, tree, v)
	case reflect.Slice:
		fillSlice(r, tree, v)
	case reflect.Map:
		fillMap(r, tree, v)
	case reflect.Interface:
		v.Set(reflect.ValueOf(plainTree(tree)))
	case reflect.Int, reflect.Int64:
		if n, ok := wholeNumber(tree); ok {
			v.SetInt(n)
			return
		}
		r.Problem("want_integer")
	default:
		from := reflect.ValueOf(tree)
		if from.Kind() != v.Kind() || from.Type() == reflect.TypeFor[json.Number]() {
			r.Problem("want_" + wantedName(v.Kind()))
			return
		}
		v.Set(from.Convert(v.Type()))
	}
}

func wantedName(k reflect.Kind) string {
	if k == reflect.Bool {
		return "boolean"
	}
	return "text"
}

func fillLimit(r Report, tree any, v reflect.Value) {
	switch tree := tree.(type) {
	case string:
		v.SetString(tree)
	case Limit:
		v.SetString(string(tree))
	case json.Number:
		v.SetString(tree.String())
	case int64:
		v.SetString(strconv.FormatInt(tree, 10))
	case int:
		v.SetString(strconv.Itoa(tree))
	default:
		r.Problem("want_limit")
	}
}

func wholeNumber(tree any) (int64, bool) {
	switch n := tree.(type) {
	case json.Number:
		i, err := n.Int64()
		return i, err == nil
	case int:
		return int64(n), true
	case int64:
		return n, true
	case float64: // parameters that went through encoding/json on the way
		return int64(n), n == math.Trunc(n) && math.Abs(n) < 1<<53
	}
	return 0, false
}

func fillStruct(r Report, tree any, v reflect.Value) {
	object, ok := tree.(map[string]any)
	if !ok {
		r.Problem("want_object")
		return
	}
	members := map[string]int{}
	for i := range v.NumField() {
		if name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ","); name != "" {
			members[name] = i
		}
	}
	for _, key := range sortedKeys(object) {
		at, known := members[key]
		if !known {
			r.At(key).Problem("unknown_key", "key", key)
			continue
		}
		fillValue(r.At(key), object[key], v.Field(at))
	}
}

func fillSlice(r Report, tree any, v reflect.Value) {
	from := reflect.ValueOf(tree)
	if from.Kind() != reflect.Slice {
		r.Problem("want_list")
		return
	}
	out := reflect.MakeSlice(v.Type(), from.Len(), from.Len())
	for i := range from.Len() {
		item := Report{r.path + "[" + strconv.Itoa(i) + "]", r.into}
		if from.Index(i).Interface() == nil {
			item.Problem("want_value")
			continue
		}
		fillValue(item, from.Index(i).Interface(), out.Index(i))
	}
	v.Set(out)
}

func fillMap(r Report, tree any, v reflect.Value) {
	if text, ok := tree.(Text); ok {
		tree = anyMap(text)
	}
	object, ok := tree.(map[string]any)
	if !ok {
		r.Problem("want_object")
		return
	}
	out := reflect.MakeMapWithSize(v.Type(), len(object))
	for _, key := range sortedKeys(object) {
		member := reflect.New(v.Type().Elem()).Elem()
		if object[key] == nil {
			r.At(key).Problem("want_value")
			continue
		}
		fillValue(r.At(key), object[key], member)
		out.SetMapIndex(reflect.ValueOf(key), member)
	}
	v.Set(out)
}

func anyMap[M ~map[string]string](m M) map[string]any {
	out := make(map[string]any, len(m))
	for k, v := range m {
		out[k] = v
	}
	return out
}

// plainTree turns whole numbers into int64, so that parameters look the same from JSON and from Go.
func plainTree(tree any) any {
	switch tree := tree.(type) {
	case json.Number:
		if n, err := tree.Int64(); err == nil {
			return n
		}
	case []any:
		for i := range tree {
			tree[i] = plainTree(tree[i])
		}
	case map[string]any:
		for k := range tree {
			tree[k] = plainTree(tree[k])
		}
	}
	return tree
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
