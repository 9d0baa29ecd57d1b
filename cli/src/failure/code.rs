use super::Exit;

/// The codes that the command line itself owns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CliCode {
    /// The command line cannot be read.
    Usage,
    /// No folder of this user is known: give `--home`.
    FolderUnknown,
    /// The folder cannot be made, read or written.
    FolderUnusable,
    /// There is no client file yet: give `--client`.
    ClientMissing,
    /// The folder belongs to an authority with another root key.
    ClientDiffers,
    /// A file cannot be read.
    FileUnreadable,
    /// A file is longer than allowed.
    FileTooLarge,
    /// A file cannot be written.
    FileUnwritable,
    /// A snapshot file is no snapshot.
    SnapshotUnreadable,
    /// A key file holds no key that can be used.
    KeyUnreadable,
    /// The file is no PNG picture that can be read.
    PictureUnreadable,
    /// There is no QR code in the picture, or it cannot be made out.
    PictureWithoutCode,
    /// A step waits for an answer, and there is nobody to ask.
    AnswerMissing,
    /// There is no card yet, because the registration is not finished.
    RegistrationOpen,
    /// The authority asks for a step that this program does not know.
    StepUnknown,
    /// The check is by a provider whose kit is not in this program.
    ProviderUnknown,
    /// The authority holds another name than the passport has.
    NameDiffers,
    /// A number with its kind and days cannot be read.
    NumberUnreadable,
    /// Erasing was not confirmed.
    NotConfirmed,
    /// Showing the card to one verifier that asked was not confirmed.
    ShowNotConfirmed,
    /// Not all codes of a code in frames were read.
    FramesMissing,
    /// There is no portrait that fits on paper.
    PortraitUnavailable,
    /// The folder for the demo is not empty.
    DemoFolderNotEmpty,
    /// Nobody with that name is in the register.
    DemoPersonUnknown,
    /// The demo did not end as it should.
    DemoFailed,
    /// Somebody stopped the demo.
    DemoInterrupted,
    /// The program could not start its own parts.
    StartFailed,
}

impl CliCode {
    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Usage => "cli.usage",
            Self::FolderUnknown => "cli.folder_unknown",
            Self::FolderUnusable => "cli.folder_unusable",
            Self::ClientMissing => "cli.client_missing",
            Self::ClientDiffers => "cli.client_differs",
            Self::FileUnreadable => "cli.file_unreadable",
            Self::FileTooLarge => "cli.file_too_large",
            Self::FileUnwritable => "cli.file_unwritable",
            Self::SnapshotUnreadable => "cli.snapshot_unreadable",
            Self::KeyUnreadable => "cli.key_unreadable",
            Self::PictureUnreadable => "cli.picture_unreadable",
            Self::PictureWithoutCode => "cli.picture_without_code",
            Self::AnswerMissing => "cli.answer_missing",
            Self::RegistrationOpen => "cli.registration_open",
            Self::StepUnknown => "cli.step_unknown",
            Self::ProviderUnknown => "cli.provider_unknown",
            Self::NameDiffers => "cli.name_differs",
            Self::NumberUnreadable => "cli.number_unreadable",
            Self::NotConfirmed => "cli.not_confirmed",
            Self::ShowNotConfirmed => "cli.show_not_confirmed",
            Self::FramesMissing => "cli.frames_missing",
            Self::PortraitUnavailable => "cli.portrait_unavailable",
            Self::DemoFolderNotEmpty => "cli.demo_folder_not_empty",
            Self::DemoPersonUnknown => "cli.demo_person_unknown",
            Self::DemoFailed => "cli.demo_failed",
            Self::DemoInterrupted => "cli.demo_interrupted",
            Self::StartFailed => "cli.start_failed",
        }
    }

    /// Every code of this enum.
    pub const ALL: &'static [Self] = &[
        Self::Usage,
        Self::FolderUnknown,
        Self::FolderUnusable,
        Self::ClientMissing,
        Self::ClientDiffers,
        Self::FileUnreadable,
        Self::FileTooLarge,
        Self::FileUnwritable,
        Self::SnapshotUnreadable,
        Self::KeyUnreadable,
        Self::PictureUnreadable,
        Self::PictureWithoutCode,
        Self::AnswerMissing,
        Self::RegistrationOpen,
        Self::StepUnknown,
        Self::ProviderUnknown,
        Self::NameDiffers,
        Self::NumberUnreadable,
        Self::NotConfirmed,
        Self::ShowNotConfirmed,
        Self::FramesMissing,
        Self::PortraitUnavailable,
        Self::DemoFolderNotEmpty,
        Self::DemoPersonUnknown,
        Self::DemoFailed,
        Self::DemoInterrupted,
        Self::StartFailed,
    ];

    /// The exit code of a command that ends with it.
    pub(crate) fn exit(self) -> Exit {
        match self {
            Self::SnapshotUnreadable
            | Self::PictureWithoutCode
            | Self::NameDiffers
            | Self::NotConfirmed
            | Self::ShowNotConfirmed
            | Self::PortraitUnavailable
            | Self::DemoFailed => Exit::Refused,
            Self::Usage
            | Self::NumberUnreadable
            | Self::FolderUnknown
            | Self::ClientMissing
            | Self::ClientDiffers
            | Self::FileUnreadable
            | Self::FileTooLarge
            | Self::KeyUnreadable
            | Self::PictureUnreadable
            | Self::DemoFolderNotEmpty
            | Self::DemoPersonUnknown => Exit::Usage,
            Self::FolderUnusable
            | Self::FileUnwritable
            | Self::AnswerMissing
            | Self::RegistrationOpen
            | Self::DemoInterrupted
            | Self::StepUnknown
            | Self::ProviderUnknown
            | Self::FramesMissing
            | Self::StartFailed => Exit::Later,
        }
    }
}
