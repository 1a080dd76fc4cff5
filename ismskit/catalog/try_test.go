package catalog
import ("testing";"github.com/ismskit/ismskit/ismskit";"github.com/ismskit/ismskit/storage/memory";"context")
func TestTry(t *testing.T){
 ts,err:=Types(); if err!=nil{t.Fatal(err)}
 h:=func(ctx context.Context,c ismskit.Closing)([]ismskit.Effect,error){return nil,nil}
 k,err:=ismskit.New(ismskit.Config{Store:memory.New(),Types:ts,Hooks:map[string]ismskit.Hook{"grant":h,"grant_extension":h,"grant_closure":h}})
 if err!=nil{t.Fatal(err)}; _=k
}
