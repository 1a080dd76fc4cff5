package main

import "github.com/ismskit/ismskit/ismskit"

// role is a role of a module that this server's rights, or its form types, refer to.
type role struct{ module, key, title, titleEN string }

// name is how the Kit calls it.
func (r role) name() string { return r.module + "/" + r.key }

var (
	roleSystem     = role{"system", "system_admin", "系統管理員", "System administrator"}
	roleBackup     = role{"system", "system_admin_backup", "備援系統管理員", "Deputy system administrator"}
	roleOfficer    = role{"organisation", "security_officer", "資安管制人員", "Security officer"}
	rolePersonnel  = role{"organisation", "personnel_officer", "人事承辦人", "Personnel officer"}
	roleReadsAll   = role{"records", "reads_all", "查閱全部", "Reads all records"}
	roleRecords    = role{"records", "records_manager", "紀錄管理人員", "Records manager"}
	roleDisposal   = role{"records", "disposal_approver", "銷毀核准", "Approves disposal"}
	roleController = role{"documents", "document_controller", "文管人員", "Document controller"}
	roleConfirmer  = role{"documents", "approval_confirmer", "簽准核對人員", "Confirms what was approved outside"}
	roleLevel1     = role{"documents", "approver_level_1", "一階核准", "Approver, level 1"}
	roleLevel2     = role{"documents", "approver_level_2", "二階核准", "Approver, level 2"}
	roleLevel3     = role{"documents", "approver_level_3", "三階核准", "Approver, level 3"}
	roleLevel4     = role{"documents", "approver_level_4", "四階核准", "Approver, level 4"}
	roleDocuments  = role{"documents", "module_manager", "文件管理模組管理人員", "Manager of document control"}
	roleAccess     = role{"access", "module_manager", "權限帳號模組管理人員", "Manager of the access module"}
	roleOverdue    = role{"access", "overdue_contact", "逾期未停用稽催對象", "Is told of accounts not closed in time"}
)

// roles are all of them, so that a new organisation has them to fill.
func roles() []role {
	return []role{roleSystem, roleBackup, roleOfficer, rolePersonnel, roleReadsAll, roleRecords, roleDisposal, roleController, roleConfirmer, roleLevel1, roleLevel2, roleLevel3, roleLevel4, roleDocuments, roleAccess, roleOverdue}
}

// setBy is the role whose people set the members of another of its module (B1.1), false where
// that is the administrators' alone.
func (r role) setBy() (role, bool) {
	switch {
	case r.module == roleDocuments.module && r != roleDocuments:
		return roleDocuments, true
	case r.module == roleRecords.module && r != roleRecords:
		return roleRecords, true
	case r == roleOverdue:
		return roleAccess, true
	}
	return role{}, false
}

// row is what its row of the list of roles is called.
func (r role) row() string { return r.module + "." + r.key }

// rights say which roles may do what beyond their own cases. A system
// administrator keeps people, lists and the queue; what is in the cases is not
// his to read.
func rights() ismskit.Rights {
	return ismskit.Rights{
		ReadAll:       names(roleReadsAll),
		Overview:      names(roleOfficer, roleAccess, roleReadsAll),
		ManagePeople:  names(roleSystem, roleBackup),
		ManageLists:   names(roleSystem, roleBackup, roleAccess),
		ManageDocs:    names(roleController),
		ManageQueue:   names(roleSystem, roleBackup),
		ManageRecords: names(roleRecords),
		ManageTypes:   names(roleOfficer),
	}
}

func names(roles ...role) []string {
	out := make([]string, len(roles))
	for i, r := range roles {
		out[i] = r.name()
	}
	return out
}
