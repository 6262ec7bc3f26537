/** Something a user has written for everybody. */
export interface Post {
  readonly id: string
  readonly userId: string
  readonly title: string
  readonly body: string
  readonly version: number
  readonly createdAt: Date
  readonly updatedAt: Date
}

export interface NewPost {
  readonly title: string
  readonly body: string
}

/** What may change of a post; an absent property stays as it is. */
export type PostChanges = Partial<NewPost>
