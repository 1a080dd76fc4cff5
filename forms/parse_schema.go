package forms

// ParseSchema reads a schema from JSON, strictly. The error is a Problems with everything that is wrong in the JSON
// itself: unknown and duplicate keys with their paths, values of the wrong type. Whether the schema makes sense is
// said by Compile.
func ParseSchema(b []byte) (Schema, error) {
	tree, bad := readJSON(b, MaxSchemaBytes, nil, 0)
	if bad != nil {
		return Schema{}, Problems{{Path: bad.path, Code: bad.code, Params: bad.params}}
	}
	var problems Problems
	var s Schema
	if !readTree(Report{into: &problems}, tree, &s) {
		return Schema{}, problems
	}
	return s, nil
}
