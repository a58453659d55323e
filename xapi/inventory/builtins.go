package inventory

// builtin is a built-in template.
type builtin struct {
	name, reference, uuid string
	family                *family
	memory                int64 // static minimum, MiB; the maximum is twice that
	vcpus                 int64
	disk                  int64 // GiB; 0 for none
	limit                 int64 // of memory, GiB
}

// builtins are the templates of a fresh host. Names and uuids are fixed: scripts
// look them up.
var builtins = []builtin{
	{"AlmaLinux 10", "alma-10", "7921d301-2bf2-4cf2-ba9a-612f16f04e65", &linuxUEFI, 2048, 1, 10, 1536},
	{"AlmaLinux 8", "alma-8", "77e57ea5-5688-4628-9e8e-235365518919", &linuxUEFI, 2048, 1, 10, 1536},
	{"AlmaLinux 9", "alma-9", "6ff2c2f1-92af-4396-b117-a9cc2cc76aa4", &linuxUEFI, 2048, 1, 10, 1536},
	{"CentOS 6 (32-bit)", "centos-6-32bit", "0a21ac1d-b18f-469e-9fe7-8bb9d0291574", &legacyPV, 512, 1, 8, 16},
	{"CentOS 6 (64-bit)", "centos-6-64bit", "15828343-5b0d-4b86-a2da-56278c3b8c68", &legacyPV, 512, 1, 8, 128},
	{"CentOS Stream 10", "centos-10", "203103c5-f257-4ef6-ac59-f3e7184c8b1b", &linuxUEFI, 2048, 1, 10, 1536},
	{"CentOS Stream 8", "centos-stream-8", "6de5fcb6-aad9-42b6-8dce-865ae9b933f9", &linuxBIOS, 2048, 1, 15, 1536},
	{"CentOS Stream 9", "centos-9", "a3d70e4d-c5ac-4dfb-999b-30a0a7efe546", &linuxBIOS, 2048, 1, 10, 1536},
	{"Debian Bookworm 12", "debian-12", "07d91aaa-43f7-430a-bf84-0edb6714df0f", &linuxUEFI, 1024, 1, 10, 1536},
	{"Debian Bullseye 11", "debian-11", "acfeecf4-4007-412b-8f13-6d61a6aee5bd", &linuxBIOS, 512, 1, 10, 1536},
	{"Debian Trixie 13", "debian-13", "0f690a2c-2bf3-4bde-b5b6-3fd236adbc88", &linuxUEFI, 1024, 1, 10, 1536},
	{"Generic Linux BIOS", "generic-linux-bios", "dfbd1201-329f-4c87-9f0c-78a6f5270ba0", &linuxBIOS, 1024, 1, 10, 1536},
	{"Generic Linux UEFI", "generic-linux-uefi", "b73b736f-8dee-4bbe-9380-30d1e1854958", &linuxUEFI, 1024, 1, 10, 1536},
	{"Gooroom Platform 2.0", "gooroom-2", "9340090e-90ca-11ea-ab10-2e858157d830", &linuxBIOS, 1024, 1, 10, 1536},
	{"NeoKylin Linux Server 6 (64-bit)", "kylin-server-6-64bit", "7279a78a-4756-4fc3-99f0-3e7694c0318f", &legacyPV, 512, 1, 8, 128},
	{"Oracle Enterprise Linux 5 (32-bit)", "oel-5-32bit", "3a332616-7410-4dc7-8d57-c12f5291c34b", &legacyPV, 512, 1, 8, 64},
	{"Oracle Enterprise Linux 5 (64-bit)", "oel-5-64bit", "b124ba5e-d512-4ef7-9827-e90a06f43a5c", &legacyPV, 512, 1, 8, 128},
	{"Oracle Enterprise Linux 6 (32-bit)", "oel-6-32bit", "71a59bef-0db4-4dd2-8f98-059dcbdab951", &legacyPV, 512, 1, 8, 16},
	{"Oracle Enterprise Linux 6 (64-bit)", "oel-6-64bit", "28583880-aa0c-4a6b-ad96-8d71571ac505", &legacyPV, 512, 1, 8, 128},
	{"Oracle Linux 10", "oel-10", "64310f80-396d-4096-bfae-3d2bdbb6e8b2", &linuxUEFI, 2048, 1, 15, 1536},
	{"Oracle Linux 8", "oel-8", "6959dfe8-534c-4c58-8a8c-3c3792293543", &linuxUEFI, 2048, 2, 10, 1536},
	{"Oracle Linux 9", "oel-9", "609d03e9-d7aa-448b-b9bf-9a3f7c613506", &linuxBIOS, 2048, 1, 15, 1536},
	{"Other install media", "other-install-media", "552bce37-51b2-445d-84f2-5f33fa112d7e", &otherMedia, 128, 1, 0, 128},
	{"Red Hat Enterprise Linux 10", "rhel-10", "7375046a-c05e-435b-9f04-5314a64e6a5e", &linuxUEFI, 2048, 1, 10, 1536},
	{"Red Hat Enterprise Linux 5 (32-bit)", "rhel-5-32bit", "e9881b99-9cbd-425a-9127-356c8d83a4ab", &legacyPV, 512, 1, 8, 16},
	{"Red Hat Enterprise Linux 5 (64-bit)", "rhel-5-64bit", "29792b3c-bb92-45ce-aae6-8e10bf864640", &legacyPV, 512, 1, 8, 128},
	{"Red Hat Enterprise Linux 6 (32-bit)", "rhel-6-32bit", "62230644-0b4a-4a81-83b6-c6e354c06ef3", &legacyPV, 512, 1, 8, 16},
	{"Red Hat Enterprise Linux 6 (64-bit)", "rhel-6-64bit", "b3427a33-41a9-49a8-9819-bfda075dc672", &legacyPV, 512, 1, 8, 128},
	{"Red Hat Enterprise Linux 8", "rhel-8", "612863ed-900d-456d-b4b7-38b70915fd1f", &linuxUEFI, 2048, 1, 10, 1536},
	{"Red Hat Enterprise Linux 9", "rhel-9", "6c91b878-5095-421e-a914-224b3bb1088c", &linuxUEFI, 2048, 1, 10, 1536},
	{"Rocky Linux 10", "rocky-10", "651760be-61eb-42d2-b49b-6df2521266c5", &linuxUEFI, 2048, 1, 15, 1536},
	{"Rocky Linux 8", "rocky-8", "6ce77bf9-ab30-4a1a-a757-011b52d89997", &linuxUEFI, 2048, 1, 10, 1536},
	{"Rocky Linux 9", "rocky-9", "1a647cf9-99c1-4e9c-b3b4-6b9989c530be", &linuxUEFI, 2048, 1, 15, 1536},
	{"Scientific Linux 6 (32-bit)", "sl-6-32bit", "57477bad-68b9-433c-bff5-bc026a1b5b30", &legacyPV, 512, 1, 8, 16},
	{"Scientific Linux 6 (64-bit)", "sl-6-64bit", "50ea05dd-db33-41e4-ab69-47a1e7d4b978", &legacyPV, 512, 1, 8, 128},
	{"SUSE Linux Enterprise 15 (64-bit)", "sle-15-64bit", "b5915805-d800-459d-826a-322dc9cf07e2", &linuxUEFI, 1024, 1, 8, 1536},
	{"SUSE Linux Enterprise Desktop 11 SP3 (64-bit)", "sled-11-sp3-64bit", "ebc94c1c-2532-4765-b2e1-b72db794b6a0", &legacyPV, 512, 1, 8, 128},
	{"SUSE Linux Enterprise Desktop 12 (64-bit)", "sled-12-64bit", "89a9ab32-39a2-47db-8f11-25be020a16cf", &legacyPV, 512, 1, 8, 128},
	{"SUSE Linux Enterprise Desktop 12 SP1 (64-bit)", "sled-12-sp1-64bit", "14b3465d-d3d8-4bde-8a2e-a1a011b14e1e", &legacyPV, 512, 1, 8, 128},
	{"SUSE Linux Enterprise Desktop 12 SP2 (64-bit)", "sled-12-sp2-64bit", "a2c2f832-97bc-11e7-92b9-b8ca3a97c5fc", &legacyPV, 512, 1, 8, 128},
	{"SUSE Linux Enterprise Server 11 SP3 (32-bit)", "sles-11-sp3-32bit", "2e46fb99-1688-452e-bf46-47f7530b16ee", &legacyPV, 512, 1, 8, 16},
	{"SUSE Linux Enterprise Server 11 SP3 (64-bit)", "sles-11-sp3-64bit", "f28fd4f5-a234-4b79-9a6f-de91fefd68d6", &legacyPV, 512, 1, 8, 128},
	{"SUSE Linux Enterprise Server 11 SP4 (32-bit)", "sles-11-sp4-32bit", "405768ce-f8a1-4b3d-9410-8b1d4395e1b4", &legacyPV, 512, 1, 8, 16},
	{"SUSE Linux Enterprise Server 11 SP4 (64-bit)", "sles-11-sp4-64bit", "7006c141-2ba0-4ff8-aa4b-66d67b545043", &legacyPV, 512, 1, 8, 128},
	{"SUSE Linux Enterprise Server 12 (64-bit)", "sles-12-64bit", "1282055a-055b-43c2-bc4d-0d5a22b6b619", &legacyPV, 512, 1, 8, 128},
	{"SUSE Linux Enterprise Server 12 SP1 (64-bit)", "sles-12-sp1-64bit", "57d86822-8e9f-42aa-a096-081e4ee37f4c", &legacyPV, 512, 1, 8, 128},
	{"SUSE Linux Enterprise Server 12 SP2 (64-bit)", "sles-12-sp2-64bit", "1d504a36-96dd-11e7-92b9-b8ca3a97c5fc", &legacyPV, 512, 1, 8, 128},
	{"SUSE Linux Enterprise Server 12 SP5 (64-bit)", "sles-12-sp5-64bit", "110ecfa7-0fe4-4b35-a247-0b0141a738ba", &linuxBIOS, 1024, 1, 8, 1536},
	{"Ubuntu Jammy Jellyfish 22.04", "ubuntu-22.04", "df1a0e64-3799-482b-aa9f-1ed713c7dac5", &linuxUEFI, 1024, 1, 10, 1536},
	{"Ubuntu Noble Numbat 24.04", "ubuntu-24.04", "ff1f3e17-84d9-4d72-962d-571c4ceb527b", &linuxUEFI, 1024, 1, 10, 1536},
	{"Windows 10 (64-bit)", "windows-10-64bit", "7774689b-4ca1-4dea-8545-dddd6b64c17f", &windowsUEFI, 2048, 2, 32, 1536},
	{"Windows 11", "windows-11", "1f8728f9-6354-4a68-adc3-222c34f2bb94", &windowsUEFI, 4096, 2, 64, 1536},
	{"Windows Server 2016 (64-bit)", "windows-server-2016-64bit", "c15fab79-6cce-4e1f-916f-a64b98ff9e7d", &windowsUEFI, 1024, 2, 32, 1536},
	{"Windows Server 2019 (64-bit)", "windows-server-2019-64bit", "d986ea98-09fa-4e9a-9ee6-e6c78119496f", &windowsUEFI, 1024, 2, 32, 1536},
	{"Windows Server 2022 (64-bit)", "windows-server-2022-64bit", "1c33af1c-e919-418c-ad45-85d7d6fb604a", &windowsUEFI, 1024, 2, 32, 1536},
	{"Windows Server 2025", "windows-server-2025", "905ab443-e415-4d52-bfef-e14b147eac4e", &windowsUEFI, 2048, 2, 64, 1536},
}
