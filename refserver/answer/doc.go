// Package answer says which HTTP status an error of the SDK has, and by which
// word programs know it. The pages and the REST API both ask here, so that the
// same refusal is the same on either side.
package answer
