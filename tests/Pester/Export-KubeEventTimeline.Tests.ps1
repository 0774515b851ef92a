BeforeAll {
    . "$PSScriptRoot/Support.ps1"
    $sandbox = New-Sandbox
    $env:KUBECONFIG = Save-Kubeconfig $sandbox
    New-ServerEvent $sandbox a @{ message = '</script><b>hostile' }
    New-ServerEvent $sandbox b @{ type = 'Warning'; reason = 'BackOff' }
    $html = Join-Path $TestDrive 'events.html'
}

AfterAll {
    $env:KUBECONFIG = $null
    Remove-Module EventRecording
    $sandbox.Dispose()
}

Describe 'Export-KubeEventTimeline' {
    AfterEach { Remove-Item (Join-Path $TestDrive '*.html*') }

    It 'writes one page with all events' {
        Get-KubeEvent | Export-KubeEventTimeline $html -Title 'Events of <web>' | Should -BeNullOrEmpty
        $page = Get-Content -Raw $html
        $page | Should -Match '<title>Events of &lt;web&gt;</title>'
        $page | Should -Match '"BackOff"'
        $page | Should -Not -Match '<b>hostile'
        Get-ChildItem $TestDrive -Filter *.tmp | Should -BeNullOrEmpty
    }

    It 'takes a path of PowerShell and gives the file with -PassThru' {
        (Get-KubeEvent | Export-KubeEventTimeline TestDrive:\events.html -PassThru).FullName | Should -Be (Get-Item $html).FullName
        Get-KubeEvent | Export-KubeEventTimeline $html -PassThru | Out-String -Width 200 | Should -Be (Get-Item $html | Out-String -Width 200)
    }

    It 'replaces a file, and does not with -NoClobber' {
        Set-Content $html old
        { Get-KubeEvent | Export-KubeEventTimeline $html -NoClobber } | Should -Throw -ErrorId 'FileNotWritten,*'
        Get-Content $html | Should -Be old
        Get-KubeEvent | Export-KubeEventTimeline $html
        (Get-Item $html).Length | Should -BeGreaterThan 1000
    }

    It 'writes nothing with -WhatIf' {
        Get-KubeEvent | Export-KubeEventTimeline $html -WhatIf
        Test-Path $html | Should -BeFalse
    }

    It 'says where it could not write' {
        { Get-KubeEvent | Export-KubeEventTimeline (Join-Path $TestDrive 'no/such/folder/events.html') } | Should -Throw -ErrorId 'FileNotWritten,*'
    }

    It 'takes no folder, pipe or device for a file, and leaves it as it is' -Skip:$IsWindows {
        { Get-KubeEvent | Export-KubeEventTimeline $TestDrive } | Should -Throw -ErrorId 'FileNotWritten,*' -ExpectedMessage '*is a folder*'
        $pipe, $null_ = (Join-Path $TestDrive pipe.html), (Join-Path $TestDrive null.html)
        mkfifo $pipe
        ln -s /dev/null $null_
        foreach ($special in $pipe, $null_) {
            { Get-KubeEvent | Export-KubeEventTimeline $special } | Should -Throw -ErrorId 'FileNotWritten,*' -ExpectedMessage '*is a pipe or a device*'
        }
        (Get-Item $pipe).UnixStat.ItemType | Should -Be NamedPipe
        (Get-Item $null_).LinkTarget | Should -Be /dev/null
        Remove-Item $pipe, $null_
    }

    It 'takes no path of another provider, which would name a file in the directory of the process' {
        { Get-KubeEvent | Export-KubeEventTimeline Env:/events.html } | Should -Throw -ErrorId 'ArgumentNotValid,*' -ExpectedMessage '*provider Environment*'
        Join-Path ([Environment]::CurrentDirectory) events.html | Should -Not -Exist
    }

    It 'leaves nothing behind when the pipeline fails' {
        { Get-KubeEvent | ForEach-Object { throw 'upstream' } | Export-KubeEventTimeline $html } | Should -Throw upstream
        Get-ChildItem $TestDrive -Filter events.html* | Should -BeNullOrEmpty
    }
}
